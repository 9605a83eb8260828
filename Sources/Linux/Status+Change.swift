internal import CLinux

extension Status {
  /// Whether a change of the inode from now on will show in `changed`.
  ///
  /// File systems take their times from a clock that ticks every 10 ms at the most, by CONFIG_HZ:
  /// what changed within a tick may change again and keep its time (`ktime_get_coarse_real_ts64`,
  /// kernel/time/timekeeping.c).
  public var willShowChanges: Bool { willShowChanges(at: Self.coarseTime()) }

  /// Waits until a change of the inode will show in `changed`, which takes 40 ms as a rule.
  ///
  /// - Parameters:
  ///   - clock: tells the time that the file system would give the inode now.
  ///   - pause: waits about a millisecond before the clock is asked again.
  /// - Returns: false when it is not so after 200 pauses, as when the clock is being set back.
  public func awaitVisibleChanges(
    clock: () -> Duration = Self.coarseTime, pause: () -> Void = Self.pauseBriefly
  ) -> Bool {
    for _ in 0..<200 {
      if willShowChanges(at: clock()) { return true }
      pause()
    }
    return willShowChanges(at: clock())
  }

  /// The time since 1970 by the clock that file systems take their times from: clock_gettime(2).
  public static func coarseTime() -> Duration {
    var now = timespec()
    unsafe clock_gettime(CLOCK_REALTIME_COARSE, &now)
    return .seconds(now.tv_sec) + .nanoseconds(now.tv_nsec)
  }

  /// Sleeps for a millisecond, or less when a signal comes.
  public static func pauseBriefly() { usleep(1000) }

  private func willShowChanges(at now: Duration) -> Bool {
    let elapsed = now - .seconds(changed.seconds) - .nanoseconds(Int64(changed.nanoseconds))
    return !(.milliseconds(-20) ... .milliseconds(20)).contains(elapsed)
  }
}
