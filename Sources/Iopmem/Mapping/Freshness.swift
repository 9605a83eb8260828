/// Remembers when a fact about a device was last confirmed.
struct Freshness {
  private var moment: ContinuousClock.Instant?

  /// How long a confirmation lasts: less than it takes to unmount a file
  /// system, make another and mount that, or to bind a function anew.
  private static let trust = Duration.milliseconds(20)

  /// Whether the fact was confirmed so recently that it need not be again.
  var isFresh: Bool { moment.map { .now - $0 < Self.trust } ?? false }

  /// Notes that the fact was confirmed now.
  mutating func renew() { moment = .now }
}
