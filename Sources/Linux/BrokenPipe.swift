internal import Glibc

/// What a write to a pipe does that nobody reads any more.
public enum BrokenPipe {
  /// Makes such a write fail with `EPIPE` instead of ending the process by SIGPIPE, so that the
  /// program can say so, and undo what it began.
  ///
  /// The corresponding C function is `signal`.
  public static func failsWrites() { signal(SIGPIPE, SIG_IGN) }

  /// Lets such a write end the process again, as is the system's default.
  public static func endsProcess() { signal(SIGPIPE, SIG_DFL) }
}
