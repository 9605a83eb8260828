/// An offset in a file.
@frozen public struct FileOffset: Position, BitwiseCopyable {
  /// Bytes from the file's first.
  public let rawValue: UInt64
  /// The byte with this number, from 0.
  @inlinable public init(_ rawValue: UInt64) { self.rawValue = rawValue }
  /// An offset in the same space.
  @inlinable public init(inSpaceOf origin: Self, rawValue: UInt64) { self.init(rawValue) }
}
