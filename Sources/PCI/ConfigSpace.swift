/// A function's configuration space, as many bytes of it as could be read.
///
/// sysfs gives 64 bytes to anybody and 256 or 4096 to root: drivers/pci/pci-sysfs.c.
public struct ConfigSpace: Sendable, Hashable {
  /// The most bytes a function has: PCI Express Base Specification, section 7.2.
  public static let limit = 4096
  /// The part that everybody may read, and every function has.
  public static let headerLength = 64

  /// What was read, from byte 0.
  public let bytes: [UInt8]

  /// The space that begins with these bytes.
  public init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// A little-endian number; nil when any of its bytes was not read.
  public func read<T: FixedWidthInteger & UnsignedInteger>(
    _ type: T.Type = T.self, at offset: Int
  ) -> T? {
    let width = T.bitWidth / 8
    guard offset >= 0, width <= bytes.count, offset <= bytes.count - width else { return nil }
    return bytes[offset..<offset + width].reversed().reduce(0) { $0 << 8 | T($1) }
  }

  /// Whether the function does not answer: every byte of the header is all ones.
  ///
  /// The vendor alone does not tell: a virtual function's reads 0xFFFF by design.
  public var isGone: Bool {
    !bytes.isEmpty && bytes.prefix(Self.headerLength).allSatisfy { $0 == 0xFF }
  }

  /// The COMMAND register; nil when it was not read.
  public var command: Command? { read(at: 0x04).map(Command.init) }

  /// What the function is; nil when that was not read.
  public var classCode: ClassCode? { read(at: 0x08).map { (word: UInt32) in ClassCode(word >> 8) } }

  /// How the header is laid out, without the bit for several functions; nil when not read.
  public var layout: Layout? {
    guard let type: UInt8 = read(at: 0x0E) else { return nil }
    return Layout(rawValue: type & 0x7F)
  }

  /// The COMMAND register: `PCI_COMMAND_*`, linux/pci_regs.h.
  public struct Command: OptionSet, Sendable, Hashable {
    /// The bits of the register.
    public let rawValue: UInt16
    /// A register of these bits.
    public init(rawValue: UInt16) { self.rawValue = rawValue }
    /// The function answers at its memory BARs.
    public static let memory = Command(rawValue: 0x0002)
    /// The function may do DMA.
    public static let busMaster = Command(rawValue: 0x0004)
  }

  /// How the header is laid out: `PCI_HEADER_TYPE_*`, linux/pci_regs.h.
  public enum Layout: UInt8, Sendable {
    case endpoint = 0
    case bridge = 1
    case cardBus = 2

    /// How many BAR registers there are, from 0x10 on.
    public var registerCount: Int {
      switch self {
      case .endpoint: 6
      case .bridge: 2
      case .cardBus: 1
      }
    }
  }
}
