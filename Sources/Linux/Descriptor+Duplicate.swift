internal import CLinux
public import SystemPackage

extension Descriptor {
  /// A descriptor of its own for a file that somebody else has open; close-on-exec is set.
  ///
  /// The corresponding C function is `fcntl` with `F_DUPFD_CLOEXEC`.
  /// - Throws: `badFileDescriptor` when that number is not open.
  public init(duplicating number: Int32) throws(Errno) {
    try self.init(taking: call { iopmem_duplicate(number) })
  }
}
