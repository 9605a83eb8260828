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

  /// Sets some of the inode's attributes, and leaves the others as they are.
  public func add(_ flags: ExtendedFlags) throws(Errno) {
    try changeFlags { $0.formUnion(flags) }
  }

  /// Changes the inode's attributes.
  ///
  /// The corresponding requests are `FS_IOC_FSGETXATTR` and `FS_IOC_FSSETXATTR`.
  func changeFlags(_ change: (inout ExtendedFlags) -> Void) throws(Errno) {
    var raw = fsxattr()
    try control(.attributes, &raw)
    var flags = ExtendedFlags(rawValue: raw.fsx_xflags)
    change(&flags)
    raw.fsx_xflags = flags.rawValue
    try control(.setAttributes, &raw)
  }
}
