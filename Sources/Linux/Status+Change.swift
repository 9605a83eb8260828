internal import CLinux

extension Status {
  /// Whether a change of the inode from now on will show in `changed`.
  ///
  /// File systems take their times from a clock that ticks every 10 ms at the most, by CONFIG_HZ:
  /// what changed within a tick may change again and keep its time (`ktime_get_coarse_real_ts64`,
  /// kernel/time/timekeeping.c).
  public var willShowChanges: Bool {
    var now = timespec()
    unsafe clock_gettime(CLOCK_REALTIME_COARSE, &now)
    let elapsed =
      Duration.seconds(now.tv_sec) + .nanoseconds(now.tv_nsec) - .seconds(changed.seconds)
      - .nanoseconds(Int64(changed.nanoseconds))
    return !(.milliseconds(-20) ... .milliseconds(20)).contains(elapsed)
  }

  /// Waits until a change of the inode will show in `changed`: 20 ms at the most.
  public func awaitVisibleChanges() {
    if !willShowChanges { usleep(20_000) }
  }
}
