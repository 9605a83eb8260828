internal import CLinux
public import SystemPackage

/// Waits for what several descriptors have to tell.
public enum Waiting {
  /// What is waited for: an end of the other side always is.
  public enum Subject: Sendable, Hashable {
    /// There is something to read: `POLLIN`.
    case input(Int32)
    /// A file of /proc has changed: `POLLPRI`, proc_pid_mountinfo(5).
    case change(Int32)
    /// The other side is gone.
    case end(Int32)

    fileprivate var entry: pollfd {
      switch self {
      case .input(let descriptor): pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      case .change(let descriptor): pollfd(fd: descriptor, events: Int16(POLLPRI), revents: 0)
      case .end(let descriptor): pollfd(fd: descriptor, events: 0, revents: 0)
      }
    }
  }

  /// Waits until one of several subjects has something to tell, a signal comes, or the time is over.
  ///
  /// The corresponding C function is `poll`.
  /// - Returns: those that have.
  public static func wait(
    for subjects: [Subject], milliseconds: Int32
  ) throws(Errno) -> Set<Subject> {
    var entries = subjects.map(\.entry)
    if unsafe poll(&entries, nfds_t(entries.count), milliseconds) < 0 {
      if Errno.current == .interrupted { return [] }
      throw Errno.current
    }
    return Set(zip(subjects, entries).lazy.filter { $0.1.revents != 0 }.map(\.0))
  }
}
