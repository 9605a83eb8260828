/// A run of BAR space ready for an engine.
@frozen public struct Segment: Hashable, Sendable, BitwiseCopyable {
  /// Where in the file it begins.
  public var fileOffset: FileOffset
  /// Where in the BAR it begins.
  public var barOffset: BarOffset
  /// How long it is.
  public var length: ByteCount
  /// What the file system says of it, as far as it was allowed.
  public var flags: ExtentFlags

  /// A segment of these parts.
  @inlinable
  public init(
    fileOffset: FileOffset, barOffset: BarOffset, length: ByteCount, flags: ExtentFlags = []
  ) {
    self.fileOffset = fileOffset
    self.barOffset = barOffset
    self.length = length
    self.flags = flags
  }
}
