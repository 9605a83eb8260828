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

/// What `open` is asked for beyond the access mode: open(2).
public struct OpenOptions: OptionSet, Sendable {
  /// The bits of `open`'s `flags`.
  public let rawValue: Int32

  /// Options of these bits.
  public init(rawValue: Int32) { self.rawValue = rawValue }

  /// `O_CREAT`: make the file if it is not there.
  public static let create = OpenOptions(rawValue: O_CREAT)
  /// `O_EXCL`: fail if the file is there; on a block device, fail if it is held or mounted.
  public static let exclusive = OpenOptions(rawValue: O_EXCL)
  /// `O_TRUNC`: drop the file's bytes.
  public static let truncate = OpenOptions(rawValue: O_TRUNC)
  /// `O_NOFOLLOW`: fail with ELOOP on a symbolic link.
  public static let noFollow = OpenOptions(rawValue: O_NOFOLLOW)
  /// `O_DIRECTORY`: fail with ENOTDIR on anything but a directory.
  public static let directory = OpenOptions(rawValue: O_DIRECTORY)
  /// `O_NONBLOCK`: never wait for the other end of a FIFO.
  public static let nonBlocking = OpenOptions(rawValue: O_NONBLOCK)
  /// `O_PATH`: only the place in the tree.
  public static let pathOnly = OpenOptions(rawValue: iopmem_O_PATH)
  /// `O_TMPFILE`: a file with no name in this directory.
  public static let temporary = OpenOptions(rawValue: iopmem_O_TMPFILE)
  /// `O_DIRECT`: past the page cache.
  public static let direct = OpenOptions(rawValue: iopmem_O_DIRECT)
}

extension Descriptor {
  /// A descriptor of its own for standard input.
  ///
  /// The corresponding C function is `dup`.
  public static func standardInput() throws(Errno) -> Descriptor {
    Descriptor(taking: try call { dup(STDIN_FILENO) })
  }
}
