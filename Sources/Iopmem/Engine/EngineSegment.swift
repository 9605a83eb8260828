/// A run of a file's bytes as an engine is given it: one address, one length.
@frozen public struct EngineSegment: Hashable, Sendable, BitwiseCopyable {
  /// Where in the file it begins.
  public var fileOffset: FileOffset
  /// Where in the BAR it begins.
  public var barOffset: BarOffset
  /// Where the engine finds its first byte: the client's address, or the bus address.
  public var address: UInt64
  /// How long it is, at least one byte.
  public var length: ByteCount
  /// What the file system says of any part of it, as far as it was allowed.
  public var flags: ExtentFlags

  /// A segment of these parts.
  @inlinable
  public init(
    fileOffset: FileOffset, barOffset: BarOffset, address: UInt64, length: ByteCount,
    flags: ExtentFlags = []
  ) {
    self.fileOffset = fileOffset
    self.barOffset = barOffset
    self.address = address
    self.length = length
    self.flags = flags
  }

  /// The segment without the engine's address.
  @inlinable public var inBAR: Segment {
    Segment(fileOffset: fileOffset, barOffset: barOffset, length: length, flags: flags)
  }
}
