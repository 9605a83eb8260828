internal import CLinux

/// The running process.
public enum Process {
  /// The user whose rights count.
  ///
  /// The corresponding C function is `geteuid`.
  public static var effectiveUser: UInt32 { geteuid() }

  /// The group whose rights count.
  ///
  /// The corresponding C function is `getegid`.
  public static var effectiveGroup: UInt32 { getegid() }

  /// The permission bits that new files do not get. Nothing else may make files meanwhile: the
  /// call can only tell by changing them.
  ///
  /// The corresponding C function is `umask`.
  public static var creationMask: UInt16 {
    let mask = umask(0o077)
    _ = umask(mask)
    return UInt16(truncatingIfNeeded: mask)
  }
}
