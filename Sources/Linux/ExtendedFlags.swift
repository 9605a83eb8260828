/// Attributes of an inode across file systems: `fsx_xflags` of `FS_IOC_FSGETXATTR`, linux/fs.h.
public struct ExtendedFlags: OptionSet, Sendable {
  /// The bits of `fsx_xflags`.
  public let rawValue: UInt32
  /// Flags of these bits.
  public init(rawValue: UInt32) { self.rawValue = rawValue }
  /// `FS_XFLAG_REALTIME`: the data lie on another device.
  public static let realtime = ExtendedFlags(rawValue: 0x0000_0001)
  /// `FS_XFLAG_IMMUTABLE`.
  public static let immutable = ExtendedFlags(rawValue: 0x0000_0008)
  /// `FS_XFLAG_DAX`.
  public static let dax = ExtendedFlags(rawValue: 0x0000_8000)
}
