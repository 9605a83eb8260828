internal import ArgumentParser
internal import Iopmem

/// Of several subjects all are tried, and the worst status wins.
struct Tally {
  private var worst: Failure.Code?

  /// Runs a body for one subject, and says why it failed if it did.
  mutating func attempt(_ body: () throws(Failure) -> Void) {
    do { try body() } catch {
      Diagnostics.report(error)
      worst = max(worst ?? error.code, error.code)
    }
  }

  /// Ends the verb.
  /// - Throws: `ExitCode` with the worst status, if any subject failed.
  func finish() throws {
    if let worst { throw ExitCode(worst.exitStatus) }
  }
}
