internal import Glibc

/// What a write beyond the limit of a file's size does: RLIMIT_FSIZE, setrlimit(2).
public enum FileSizeLimit {
  /// Makes such a write fail with `EFBIG` instead of ending the process by SIGXFSZ, so that the
  /// program can say so, and undo what it began.
  ///
  /// The corresponding C function is `signal`.
  public static func failsWrites() { signal(SIGXFSZ, SIG_IGN) }

  /// Lets such a write end the process again, as is the system's default.
  public static func endsProcess() { signal(SIGXFSZ, SIG_DFL) }
}
