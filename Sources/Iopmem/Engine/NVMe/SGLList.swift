internal import SystemPackage

/// A transfer as a scatter gather list: NVM Express Base Specification 2.2, section 4.3.2.
///
/// A single segment is described in the command itself. More are in a list, of which the command
/// describes the first part; each part is one SGL segment inside one memory page, and all but the
/// last end in a descriptor of the next.
public struct SGLList: EngineList {
  /// A scatter gather list.
  public static let kind = EngineListKind.scatterGatherList
  /// What is moved.
  public let transfer: Transfer
  /// SGL1.
  public let dataPointer: DataPointer
  /// How the list lies in memory; nil where the command holds the only descriptor.
  private let layout: ListLayout?

  /// The descriptors of a file.
  /// - Throws: `refused` for files with holes, for what the limits refuse, and where a list is
  ///   needed and cannot be.
  public init(
    of map: FileMap, _ segments: borrowing SegmentList, under limits: Limits, in memory: ListMemory
  ) throws(Failure) {
    transfer = try Transfer(of: map, segments, under: Self.limits(limits, map.path))
    try transfer.requireRow(of: map)
    var last: SGLDescriptor?
    try transfer.forEachSegment(of: segments) { (segment) throws(Failure) in
      last = SGLDescriptor(segment)
    }
    let count = transfer.segmentCount
    layout = try count > 1 ? memory.layout(of: count, map.path, under: limits) : nil
    if let layout { try transfer.requireApart(from: layout.range, segments) }
    let first = layout.map { SGLDescriptor($0.first) } ?? last
    dataPointer = first?.dataPointer ?? .none
  }

  /// Limits under which a segment's length fits its descriptor, and whole pages stay whole.
  private static func limits(_ limits: Limits, _ path: FilePath) throws(Failure) -> Limits {
    do { return try limits.shortened(to: ByteCount(0xFFFF_F000)) } catch {
      throw Failure(
        .refused, path, "an SGL descriptor has no length that is a multiple of the alignment")
    }
  }

  /// One a slot of the list; none where the command holds the only descriptor.
  public var recordCount: UInt64 { layout?.slotCount ?? 0 }

  /// Calls a body with one run of descriptors after the other.
  public func forEachRun(
    of segments: borrowing SegmentList, _ body: ([SGLDescriptor]) throws(Failure) -> Void
  ) throws(Failure) {
    guard var layout else { return }
    var batch = RecordBatch<SGLDescriptor>()
    try transfer.forEachSegment(of: segments) { (segment) throws(Failure) in
      if let link = layout.append() { try batch.append(SGLDescriptor(link), body) }
      try batch.append(SGLDescriptor(segment), body)
    }
    try batch.finish(body)
  }
}
