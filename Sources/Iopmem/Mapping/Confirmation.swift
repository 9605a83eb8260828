/// When something of a device was last seen to be so.
struct Confirmation {
  private var moment: ContinuousClock.Instant?

  /// How long what was confirmed needs no further look: less than it takes to unmount a file
  /// system, make another and mount that, or to bind a function anew.
  private static let trust = Duration.milliseconds(20)

  /// Whether it needs no further look.
  var isFresh: Bool { moment.map { .now - $0 < Self.trust } ?? false }

  /// It was looked at, and is so.
  mutating func renew() { moment = .now }
}
