public import Linux

/// A run of a file's bytes that lies together on a block device: as in FIEMAP.
@frozen public struct Extent: Hashable, Sendable {
  /// Where in the file it begins.
  public var logical: FileOffset
  /// Where on the block device it begins.
  public var physical: DeviceOffset
  /// How long it is.
  public var length: ByteCount
  /// What the file system says of it.
  public var flags: ExtentFlags

  /// An extent of these parts.
  @inlinable
  public init(
    logical: FileOffset, physical: DeviceOffset, length: ByteCount, flags: ExtentFlags = []
  ) {
    self.logical = logical
    self.physical = physical
    self.length = length
    self.flags = flags
  }

  /// The extent that the kernel reported.
  @inlinable
  public init(_ raw: FiemapExtent) {
    self.init(
      logical: FileOffset(raw.logical), physical: DeviceOffset(raw.physical),
      length: ByteCount(raw.length), flags: ExtentFlags(rawValue: raw.flags))
  }
}
