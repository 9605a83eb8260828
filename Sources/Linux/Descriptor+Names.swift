internal import CLinux
public import SystemPackage

/// Names in an open directory.
extension Descriptor {
  /// Makes a directory.
  ///
  /// The corresponding C function is `mkdirat`.
  public func makeDirectory(_ name: FilePath, permissions: UInt16) throws(Errno) {
    _ = try call {
      unsafe name.withPlatformString { unsafe mkdirat(rawValue, $0, mode_t(permissions)) }
    }
  }

  /// Makes a directory, unless something has the name already, as another run may have made it
  /// meanwhile: whoever opens it sees what that is.
  public func makeDirectoryIfMissing(_ name: FilePath, permissions: UInt16) throws(Errno) {
    do { try makeDirectory(name, permissions: permissions) } catch {
      guard error == .fileExists else { throw error }
    }
  }

  /// Makes a symbolic link.
  ///
  /// The corresponding C function is `symlinkat`.
  public func makeSymbolicLink(_ name: FilePath, to target: [UInt8]) throws(Errno) {
    // Not by way of a path, which would be tidied up: `http://host` has two slashes.
    let text = target.cString
    _ = try call { unsafe name.withPlatformString { unsafe symlinkat(text, rawValue, $0) } }
  }

  /// Gives a file opened with `OpenOptions.temporary` a name here, whole or not at all.
  ///
  /// The corresponding C function is `linkat`, by way of `/proc/self/fd`, which open(2) gives as
  /// the way for unprivileged programs.
  /// - Throws: `fileExists` when the name is taken.
  public func link(_ file: borrowing Descriptor, as name: FilePath) throws(Errno) {
    let own = file.link
    _ = try call {
      unsafe own.withPlatformString { from in
        unsafe name.withPlatformString {
          unsafe linkat(AT_FDCWD, from, rawValue, $0, AT_SYMLINK_FOLLOW)
        }
      }
    }
  }

  /// Moves a name from this directory to another, whole or not at all.
  ///
  /// The corresponding C function is `renameat2`.
  public func rename(
    _ name: FilePath, to directory: borrowing Descriptor, as newName: FilePath,
    _ policy: RenamePolicy
  ) throws(Errno) {
    let other = directory.rawValue
    let flags: UInt32 =
      switch policy {
      case .keep: UInt32(RENAME_NOREPLACE)
      case .exchange: UInt32(RENAME_EXCHANGE)
      case .replace: 0
      }
    _ = try call {
      unsafe name.withPlatformString { from in
        unsafe newName.withPlatformString {
          unsafe iopmem_renameat2(rawValue, from, other, $0, flags)
        }
      }
    }
  }

  /// Takes a name away; a directory must be empty.
  ///
  /// The corresponding C function is `unlinkat`.
  public func removeName(_ name: FilePath, isDirectory: Bool = false) throws(Errno) {
    _ = try call {
      unsafe name.withPlatformString {
        unsafe unlinkat(rawValue, $0, isDirectory ? AT_REMOVEDIR : 0)
      }
    }
  }

  /// The status of a name here; a symbolic link is not followed.
  ///
  /// The corresponding C function is `statx`.
  public func status(of name: FilePath) throws(Errno) -> Status {
    try Status(of: name, in: rawValue)
  }
}
