/// A descriptor: bytes, or where more descriptors are; figures 115 to 121 of the specification.
public struct SGLDescriptor: EngineRecord {
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
  private let address: UInt64
  /// How many bytes that has, in the lower half; what it is, in the four highest bits.
  private let lengthAndKind: UInt64

  private init(_ kind: Kind, address: UInt64, length: UInt64) {
    self.address = address.littleEndian
    lengthAndKind = (length | kind.rawValue << 60).littleEndian
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
  var dataPointer: DataPointer {
    DataPointer(
      first: UInt64(littleEndian: address), second: UInt64(littleEndian: lengthAndKind))
  }
}
