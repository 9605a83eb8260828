internal import ArgumentParser
internal import Linux

/// The time for what is made in images, where the same bytes are to come out again:
/// `SOURCE_DATE_EPOCH`, as reproducible-builds.org specifies it.
enum SourceDate {
  private static let name = "SOURCE_DATE_EPOCH"
  /// libext2fs takes 0 for the time of the clock.
  private static let range = 1...Int64(UInt32.max)

  /// The time; nil where the environment has none.
  static var time: Status.Time? {
    guard let text = Process.setVariable(name), let seconds = Int64(text), range ~= seconds else {
      return nil
    }
    return Status.Time(seconds: seconds, nanoseconds: 0)
  }

  /// Checks that the environment has a time, or none.
  /// - Throws: `ValidationError` for what is no time: the bytes would differ the next time.
  static func validate() throws {
    guard time == nil, Process.setVariable(name) != nil else { return }
    throw ValidationError(
      "\(name) is no number of seconds from \(range.lowerBound) to \(range.upperBound).")
  }
}
