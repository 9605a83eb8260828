/// A transfer as plain segments: what most engines are programmed from.
public struct SegmentRecords: EngineList {
  /// What is moved.
  public let transfer: Transfer

  /// The segments of a file.
  /// - Throws: `refused` where there is no address, and where the limits cannot be kept.
  public init(
    of map: FileMap, _ segments: borrowing SegmentList, under limits: Limits
  ) throws(Failure) {
    transfer = try Transfer(of: map, segments, under: limits)
  }

  /// Segments.
  public static let kind = EngineListKind.segments
  /// One a segment.
  public var recordCount: UInt64 { transfer.segmentCount }
  /// Nothing: no command is known.
  public var dataPointer: DataPointer { .none }

  /// Calls a body with one run of records after the other.
  public func forEachRun(
    of segments: borrowing SegmentList, _ body: ([SegmentRecord]) throws(Failure) -> Void
  ) throws(Failure) {
    var batch = RecordBatch<SegmentRecord>()
    try transfer.forEachSegment(of: segments) { (segment) throws(Failure) in
      try batch.append(SegmentRecord(segment), body)
    }
    try batch.finish(body)
  }
}

/// A segment as an engine reads it.
public struct SegmentRecord: EngineRecord {
  private let fileOffset: UInt64
  private let address: UInt64
  private let length: UInt64

  init(_ segment: EngineSegment) {
    fileOffset = segment.fileOffset.rawValue.littleEndian
    address = segment.address.littleEndian
    length = segment.length.rawValue.littleEndian
  }
}
