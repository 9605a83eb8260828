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
  /// `FS_XFLAG_APPEND`: only appended to, and keeps its name, as what is immutable does.
  public static let appendOnly = ExtendedFlags(rawValue: 0x0000_0010)
  /// `FS_XFLAG_SYNC`: every write waits for the device.
  public static let synchronous = ExtendedFlags(rawValue: 0x0000_0020)
  /// `FS_XFLAG_NOATIME`: reading leaves no time.
  public static let noAccessTime = ExtendedFlags(rawValue: 0x0000_0040)
  /// `FS_XFLAG_NODUMP`: backups leave it out.
  public static let noDump = ExtendedFlags(rawValue: 0x0000_0080)
  /// `FS_XFLAG_DAX`.
  public static let dax = ExtendedFlags(rawValue: 0x0000_8000)
}
