internal import Linux

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

  /// Calls a body with one segment after the other.
  public func forEachRecord(
    of segments: borrowing SegmentList, _ body: (EngineSegment) throws(Failure) -> Void
  ) throws(Failure) {
    try transfer.forEachSegment(of: segments, body)
  }
}

extension EngineSegment: EngineRecord {
  /// Three numbers of eight bytes.
  public static let byteCount: UInt16 = 24

  /// Appends file offset, address and length.
  public func append(to bytes: inout [UInt8]) {
    bytes.append(littleEndian: fileOffset.rawValue)
    bytes.append(littleEndian: address)
    bytes.append(littleEndian: length.rawValue)
  }
}
