internal import CLinux
public import SystemPackage

extension Descriptor {
  /// The kernel's own link to the open file, whatever its name leads to by now: proc_pid_fd(5).
  public var link: FilePath { FilePath("/proc/self/fd/\(rawValue)") }

  /// The same link for programs that this one runs.
  public var linkForChildren: FilePath { FilePath("/proc/\(getpid())/fd/\(rawValue)") }

  /// Opens once more the file that a descriptor has open.
  public init(
    reopening file: borrowing Descriptor, _ access: FileDescriptor.AccessMode,
    options: OpenOptions = []
  ) throws(Errno) {
    try self.init(file.link, access, options: options)
  }

  /// Another descriptor of the same open file, with its locks by flock(2).
  ///
  /// The corresponding C function is `fcntl` with `F_DUPFD_CLOEXEC`.
  public func duplicate() throws(Errno) -> Descriptor {
    Descriptor(taking: try call { iopmem_duplicate(rawValue, 3) })
  }
}
