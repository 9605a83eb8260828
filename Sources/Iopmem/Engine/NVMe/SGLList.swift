internal import Linux
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
    var only = SGLDescriptor(.dataBlock, address: 0, length: 0)
    try transfer.forEachSegment(of: segments) { (segment) throws(Failure) in
      only = SGLDescriptor(segment)
    }
    let count = transfer.segmentCount
    layout = try count > 1 ? memory.layout(of: count, map.path, under: limits) : nil
    dataPointer = (layout.map { SGLDescriptor($0.first) } ?? only).dataPointer
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

  /// Calls a body with one descriptor of the list after the other.
  public func forEachRecord(
    of segments: borrowing SegmentList, _ body: (SGLDescriptor) throws(Failure) -> Void
  ) throws(Failure) {
    guard var layout else { return }
    try transfer.forEachSegment(of: segments) { (segment) throws(Failure) in
      if let link = layout.place() { try body(SGLDescriptor(link)) }
      try body(SGLDescriptor(segment))
    }
  }
}

/// A descriptor: bytes, or where more descriptors are; figures 115 to 121 of the specification.
public struct SGLDescriptor: EngineRecord, Hashable {
  /// What it describes: the upper half of byte 15. The lower half, 0h, says that it does so by a
  /// plain address.
  public enum Kind: UInt8, Sendable {
    /// Bytes of the transfer.
    case dataBlock = 0x0
    /// More descriptors, the last of which describes another segment.
    case segment = 0x2
    /// More descriptors, of bytes alone.
    case lastSegment = 0x3
  }

  /// What it describes.
  public let kind: Kind
  /// Where that begins.
  public let address: UInt64
  /// How long it is, in bytes.
  public let length: UInt32

  /// A descriptor of these parts.
  public init(_ kind: Kind, address: UInt64, length: UInt32) {
    self.kind = kind
    self.address = address
    self.length = length
  }

  /// The bytes of a segment that was cut to what the field can tell.
  fileprivate init(_ segment: EngineSegment) {
    self.init(
      .dataBlock, address: segment.address, length: UInt32(clamping: segment.length.rawValue))
  }

  /// The descriptors in a page.
  fileprivate init(_ part: ListLayout.Part) {
    self.init(
      part.isLast ? .lastSegment : .segment, address: part.address,
      length: UInt32(clamping: part.slots * UInt64(Self.byteCount)))
  }

  /// As it stands in a command.
  var dataPointer: DataPointer {
    DataPointer(first: address, second: UInt64(length) | UInt64(kind.rawValue) << 60)
  }

  /// Sixteen bytes.
  public static let byteCount: UInt16 = 16

  /// Appends address, length, three bytes of nothing, and the kind.
  public func append(to bytes: inout [UInt8]) {
    bytes.append(littleEndian: dataPointer.first)
    bytes.append(littleEndian: dataPointer.second)
  }
}
