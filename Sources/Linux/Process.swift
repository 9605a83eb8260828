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

  /// Whether it may do what its user may not without root's help: it is root's, or has capabilities.
  /// Where that cannot be read it counts as so.
  ///
  /// The corresponding C functions are `geteuid` and `capget`.
  public static var isPrivileged: Bool { geteuid() == 0 || iopmem_has_capabilities() != 0 }

  /// The permission bits that new files do not get. Nothing else may make files meanwhile: the
  /// call can only tell by changing them.
  ///
  /// The corresponding C function is `umask`.
  public static var creationMask: UInt16 {
    let mask = umask(0o077)
    _ = umask(mask)
    return UInt16(truncatingIfNeeded: mask)
  }

  /// A variable of the environment; nil where it is not set, or set to nothing.
  ///
  /// The corresponding C function is `getenv`.
  public static func variable(_ name: String) -> String? {
    setVariable(name).flatMap { $0.isEmpty ? nil : $0 }
  }

  /// A variable of the environment, be it set to nothing; nil where it is not set.
  public static func setVariable(_ name: String) -> String? {
    guard let value = unsafe getenv(name) else { return nil }
    return unsafe String(cString: value)
  }

  /// How many files the process may have open at once: `RLIMIT_NOFILE`. At least one.
  ///
  /// The corresponding C function is `getrlimit`.
  public static var openFileLimit: Int {
    var limit = rlimit()
    guard unsafe getrlimit(Int32(RLIMIT_NOFILE.rawValue), &limit) == 0 else {
      return 1
    }
    return max(1, Int(clamping: limit.rlim_cur))
  }

  /// The descriptor of the first file that a program is passed: `SD_LISTEN_FDS_START`.
  public static let firstPassed = 3

  /// Replaces this program by another, which finds open files from descriptor 3 on, in this order,
  /// their number in `LISTEN_FDS` and its own in `LISTEN_PID`: sd_listen_fds(3).
  ///
  /// - Returns: why it failed.
  public static func execute(_ arguments: [FilePath], passing files: [Int32]) -> Errno {
    let first = Int32(firstPassed)
    do throws(Errno) {
      guard let count = Int32(exactly: files.count), count < Int32.max - first else {
        throw .tooManyOpenFiles
      }
      // Out of each other's way first; what they then replace is closed on execution all the same.
      var moved: [Int32] = []
      for file in files {
        moved.append(try call { iopmem_duplicate(file, first + count) })
      }
      for (number, file) in zip(first..., moved) { _ = try call { dup2(file, number) } }
      _ = try call { unsafe setenv("LISTEN_FDS", "\(count)", 1) }
      _ = try call { unsafe setenv("LISTEN_PID", "\(getpid())", 1) }
    } catch { return error }
    return execute(arguments)
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
    FileSizeLimit.endsProcess()
    _ = unsafe execvp(program, pointers)
    return Errno.current
  }
}
