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
    try map.requireRow(of: transfer)
    var last: SGLDescriptor?
    try transfer.forEachSegment(of: segments) { (segment) throws(Failure) in
      last = SGLDescriptor(segment)
    }
    let count = transfer.segmentCount
    layout = try count > 1 ? memory.layout(of: count, map.path, under: limits) : nil
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
      if let link = layout.place() { try batch.append(SGLDescriptor(link), body) }
      try batch.append(SGLDescriptor(segment), body)
    }
    try batch.finish(body)
  }
}

/// A descriptor: bytes, or where more descriptors are; figures 115 to 121 of the specification.
@frozen public struct SGLDescriptor: EngineRecord, Hashable {
  /// What it describes: the upper half of byte 15. The lower half, 0h, says that it does so by a
  /// plain address.
  enum Kind: UInt64 {
    /// Bytes of the transfer.
    case dataBlock = 0x0
    /// More descriptors, the last of which describes another segment.
    case segment = 0x2
    /// More descriptors, of bytes alone.
    case lastSegment = 0x3
  }

  /// Where what it describes begins.
  public var address: UInt64
  /// How many bytes that has, in the lower half; what it is, in the four highest bits.
  public var lengthAndKind: UInt64

  private init(_ kind: Kind, address: UInt64, length: UInt64) {
    self.address = address
    lengthAndKind = length | kind.rawValue << 60
  }

  /// The bytes of a segment, which was cut to a length of 32 bits.
  init(_ segment: EngineSegment) {
    self.init(.dataBlock, address: segment.address, length: segment.length.rawValue)
  }

  /// The descriptors in a page.
  init(_ part: ListLayout.Part) {
    self.init(
      part.isLast ? .lastSegment : .segment, address: part.address,
      length: part.slots * UInt64(MemoryLayout<Self>.stride))
  }

  /// As it stands in a command.
  var dataPointer: DataPointer { DataPointer(first: address, second: lengthAndKind) }

  /// The same with the bytes of each number in the order in which they are written.
  public var littleEndian: SGLDescriptor {
    var descriptor = self
    descriptor.address = address.littleEndian
    descriptor.lengthAndKind = lengthAndKind.littleEndian
    return descriptor
  }
}
