/// An offset in a PCI function's BAR.
@frozen public struct BarOffset: Position, BitwiseCopyable {
  /// Bytes from the BAR's first.
  public let rawValue: UInt64
  /// The byte with this number, from 0.
  @inlinable public init(_ rawValue: UInt64) { self.rawValue = rawValue }
  /// An offset in the same space.
  @inlinable public init(inSpaceOf origin: Self, rawValue: UInt64) { self.init(rawValue) }
}
