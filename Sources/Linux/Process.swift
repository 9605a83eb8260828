internal import CLinux
public import SystemPackage

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

  /// Replaces this program by another, found through `PATH`, which keeps the descriptors that
  /// `keepOnExecution` was called on.
  ///
  /// The corresponding C function is `execvp`; it comes back only to say why it failed.
  public static func execute(_ arguments: [FilePath]) -> Errno {
    var pointers: [UnsafeMutablePointer<CChar>?] = unsafe arguments.map { argument in
      unsafe argument.withPlatformString { unsafe strdup($0) }
    }
    unsafe pointers.append(nil)
    defer { unsafe pointers.forEach { unsafe free($0) } }
    guard let program = unsafe pointers[0] else { return .invalidArgument }
    // What is ignored stays so in the program to come, which counts on being told.
    BrokenPipe.endsProcess()
    _ = unsafe execvp(program, pointers)
    return Errno.current
  }
}
