internal import CLinux
public import SystemPackage

/// An open file, closed when its owner lets go of it.
///
/// The corresponding C type is a file descriptor, `int`.
public struct Descriptor: ~Copyable, Sendable {
  /// The number by which the kernel knows the open file.
  public let rawValue: Int32

  /// Takes over a descriptor that somebody else opened.
  public init(taking rawValue: Int32) { self.rawValue = rawValue }

  /// Opens a file; close-on-exec is always added.
  ///
  /// The corresponding C function is `open`.
  public init(
    _ path: FilePath, _ access: FileDescriptor.AccessMode, options: OpenOptions = [],
    permissions: FilePermissions = []
  ) throws(Errno) {
    rawValue = try call {
      unsafe path.withPlatformString {
        unsafe iopmem_open(
          $0, access.rawValue | options.rawValue | O_CLOEXEC,
          UInt32(permissions.rawValue))
      }
    }
  }

  /// Opens a file by its name in an open directory; close-on-exec is always added.
  ///
  /// The corresponding C function is `openat`.
  public init(
    _ path: FilePath, in directory: borrowing Descriptor, _ access: FileDescriptor.AccessMode,
    options: OpenOptions = [], permissions: FilePermissions = []
  ) throws(Errno) {
    let parent = directory.rawValue
    rawValue = try call {
      unsafe path.withPlatformString {
        unsafe iopmem_openat(
          parent, $0, access.rawValue | options.rawValue | O_CLOEXEC,
          UInt32(permissions.rawValue))
      }
    }
  }

  /// Closes the descriptor and tells what the kernel said, which `deinit` cannot.
  ///
  /// The corresponding C function is `close`; on Linux the descriptor is gone even if it fails.
  public consuming func close() throws(Errno) {
    let number = rawValue
    discard self
    if CLinux.close(number) != 0 { throw Errno.current }
  }

  /// Gives the descriptor away, open.
  public consuming func release() -> Int32 {
    let number = rawValue
    discard self
    return number
  }

  deinit { _ = CLinux.close(rawValue) }
}

extension Descriptor {
  /// A descriptor of its own for standard input.
  ///
  /// The corresponding C function is `dup`.
  public static func standardInput() throws(Errno) -> Descriptor {
    Descriptor(taking: try call { dup(STDIN_FILENO) })
  }
}
