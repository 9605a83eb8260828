/// What a function is: class, subclass and programming interface, a byte each, as in the PCI Code and
/// ID Assignment Specification.
public struct ClassCode: Hashable, Sendable, ExpressibleByIntegerLiteral {
  /// The three bytes, the class highest.
  public let rawValue: UInt32

  /// The class code of these bytes.
  public init(_ rawValue: UInt32) { self.rawValue = rawValue }

  /// The class code of these bytes.
  public init(integerLiteral value: UInt32) { self.init(value) }

  /// Whether the function is a bridge, to whatever it be: class 0x06.
  public var isBridge: Bool { rawValue >> 16 == 0x06 }

  /// Whether the function is a bridge to another PCI bus: class 0x0604.
  public var isPCIBridge: Bool { rawValue >> 8 == 0x0604 }

  /// Whether the function may be memory and nothing else: a memory controller (class 0x05), or of no
  /// class that there is (0x00, from before there were any, and 0xFF).
  public var mayBeMemory: Bool { [0x00, 0x05, 0xFF].contains(rawValue >> 16) }

  /// Whether the function is a PCI bridge that passes on what no other function of its bus claims.
  public var isSubtractive: Bool { rawValue == 0x060401 }
}
