internal import CLinux
public import SystemPackage

/// Waits until the other end of a descriptor is gone.
public enum HangUp {
  /// Waits until the other end of one of these descriptors is gone, a signal comes, or the time is
  /// over.
  ///
  /// The corresponding C function is `poll`, whose `POLLHUP` and `POLLERR` need not be asked for.
  /// - Returns: the index of a descriptor whose other end is gone; nil after a signal, or in time.
  public static func wait(
    for descriptors: [Int32], milliseconds: Int32
  ) throws(Errno) -> Int? {
    var entries = descriptors.map { pollfd(fd: $0, events: 0, revents: 0) }
    let count = unsafe poll(&entries, nfds_t(entries.count), milliseconds)
    if count < 0 {
      if Errno.current == .interrupted { return nil }
      throw Errno.current
    }
    return entries.firstIndex { $0.revents != 0 }
  }
}
