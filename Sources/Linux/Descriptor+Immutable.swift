internal import CLinux
public import SystemPackage

/// The immutable attribute, and who could write in spite of it.
extension Descriptor {
  /// Sets or clears the immutable attribute, and leaves the others as they are; the descriptor
  /// may be one for reading.
  /// - Throws: `notPermitted` without `CAP_LINUX_IMMUTABLE`, or for another's file.
  public func setImmutable(_ isImmutable: Bool) throws(Errno) {
    try changeFlags { if isImmutable { $0.insert(.immutable) } else { $0.remove(.immutable) } }
  }

  /// Whether anybody, of whatever process, has the file open for writing or mapped from such a
  /// descriptor. The descriptor must be one for reading.
  ///
  /// The kernel tells by refusing a lease, which is given back at once: fcntl(2), `F_SETLEASE`. It
  /// is taken on a descriptor opened for that, since leases and their signals are of all duplicates.
  /// - Throws: `permissionDenied` for another's file without `CAP_LEASE`; `invalidArgument` where
  ///   there are no leases.
  public func hasWriters() throws(Errno) -> Bool {
    let own = try Descriptor(reopening: self, .readOnly, options: .nonBlocking)
    do { _ = try call { iopmem_try_read_lease(own.rawValue) } } catch .wouldBlock {
      return true
    }
    return false
  }
}
