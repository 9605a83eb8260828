internal import CLinux
public import SystemPackage

extension Descriptor {
  /// The inode's attributes.
  ///
  /// The corresponding request is `FS_IOC_FSGETXATTR`.
  public func extendedFlags() throws(Errno) -> ExtendedFlags {
    var raw = fsxattr()
    try control(.attributes, &raw)
    return ExtendedFlags(rawValue: raw.fsx_xflags)
  }
}
