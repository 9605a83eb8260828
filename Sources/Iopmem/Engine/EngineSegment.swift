/// A run of a file's bytes as an engine is given it: one address, one length.
@frozen public struct EngineSegment: Hashable, Sendable, BitwiseCopyable {
  /// Where in the file it begins.
  public var fileOffset: FileOffset
  /// Where the engine finds its first byte: the client's address, or the bus address.
  public var address: UInt64
  /// How long it is, at least one byte.
  public var length: ByteCount
  /// What the file system says of any part of it, as far as it was allowed.
  public var flags: ExtentFlags

  /// A segment of these parts.
  @inlinable
  public init(
    fileOffset: FileOffset, address: UInt64, length: ByteCount, flags: ExtentFlags = []
  ) {
    self.fileOffset = fileOffset
    self.address = address
    self.length = length
    self.flags = flags
  }

  /// The segment as a place in the BAR.
  /// - Parameter origin: the engine's address of the BAR's byte 0.
  @inlinable
  public func inBAR(from origin: UInt64) -> Segment {
    Segment(
      fileOffset: fileOffset, barOffset: BarOffset(address &- origin), length: length,
      flags: flags)
  }
}
