internal import Glibc

/// A pipe that nobody reads any more.
public enum BrokenPipe {
  /// From now on a write to one fails with `EPIPE` instead of ending the process by SIGPIPE, so
  /// that it can be said, and what was begun can be undone.
  ///
  /// The corresponding C function is `signal`.
  public static func failsWrites() { signal(SIGPIPE, SIG_IGN) }

  /// From now on it ends the process again, as the system has it.
  public static func endsProcess() { signal(SIGPIPE, SIG_DFL) }
}
