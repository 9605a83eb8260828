internal import Iopmem

/// Writes verifications in one format, one file after the other.
protocol VerifyReport: AnyObject {
  /// Writes what comes before the first.
  func begin() throws(Failure)
  /// Writes one.
  func write(_ verification: Verification) throws(Failure)
  /// Writes what comes after the last, and all that has gathered.
  /// - Parameter failures: why no more could be verified.
  func finish(_ failures: [Failure]) throws(Failure)
}
