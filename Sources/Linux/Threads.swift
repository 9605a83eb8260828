internal import CLinux

/// Threads of this process.
public enum Threads {
  /// Whether so many more can run at once: libraries that run programs wait for ever for one that cannot
  /// be started, for want of address space or of processes.
  ///
  /// The corresponding C function is `pthread_create`.
  /// - Parameter count: 64 at most.
  public static func haveRoom(for count: Int) -> Bool {
    (try? call { iopmem_try_threads(UInt32(count)) }) != nil
  }
}
