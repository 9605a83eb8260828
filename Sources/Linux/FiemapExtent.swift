/// One extent as the kernel reports it: `struct fiemap_extent`, linux/fiemap.h.
@frozen public struct FiemapExtent: Sendable, Equatable {
  /// Where in the file, in bytes.
  public var logical: UInt64
  /// Where on the block device, in bytes.
  public var physical: UInt64
  /// How long, in bytes.
  public var length: UInt64
  /// `FIEMAP_EXTENT_*` bits.
  public var flags: UInt32

  /// An extent of these parts.
  @inlinable
  public init(logical: UInt64, physical: UInt64, length: UInt64, flags: UInt32) {
    self.logical = logical
    self.physical = physical
    self.length = length
    self.flags = flags
  }
}
