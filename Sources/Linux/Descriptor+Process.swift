internal import CLinux
public import SystemPackage

extension Descriptor {
  /// Duplicates a descriptor that somebody else owns; close-on-exec is set.
  ///
  /// The corresponding C function is `fcntl` with `F_DUPFD_CLOEXEC`.
  /// - Throws: `badFileDescriptor` when that number is not open.
  public init(duplicating number: Int32) throws(Errno) {
    try self.init(taking: call { iopmem_duplicate(number, 0) })
  }

  /// Clears close-on-exec, so that a program that replaces this one keeps the descriptor.
  ///
  /// The corresponding C function is `fcntl` with `F_SETFD`.
  public func keepOnExecution() throws(Errno) {
    _ = try call { iopmem_keep_on_execution(rawValue) }
  }

  /// Makes this file the process's standard input.
  ///
  /// The corresponding C function is `dup2`.
  public func becomeStandardInput() throws(Errno) {
    _ = try call { dup2(rawValue, STDIN_FILENO) }
  }

  /// Moves the position for `read` to the file's first byte.
  ///
  /// The corresponding C function is `lseek`.
  public func rewind() throws(Errno) {
    _ = try call { lseek(rawValue, 0, SEEK_SET) }
  }
}
