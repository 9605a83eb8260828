internal import ArgumentParser
internal import Iopmem

/// Counts how several subjects came out, and whether that could be told: all are tried, and the worst
/// status wins.
struct Tally {
  private var worst: Failure.Code?
  /// The failures, if they are kept, in order.
  private(set) var failures: [Failure] = []
  private let keeps: Bool

  /// - Parameter keeps: whether the failures are kept.
  init(keeps: Bool = false) { self.keeps = keeps }

  /// Runs a body for one subject, and reports its failure.
  mutating func attempt(_ body: () throws(Failure) -> Void) {
    do { try body() } catch { report(error) }
  }

  /// Reports and counts the failure of a subject.
  mutating func report(_ failure: Failure) {
    Diagnostics.report(failure)
    if keeps { failures.append(failure) }
    count(failure.code)
  }

  /// Counts the outcome of a subject; nil for success.
  mutating func count(_ code: Failure.Code?) {
    if let code { worst = max(worst ?? code, code) }
  }

  /// The worst status.
  var status: ExitCode { worst.map { ExitCode($0.exitStatus) } ?? .success }

  /// Ends the verb.
  /// - Throws: `ExitCode` with the worst status, if any subject failed.
  func finish() throws {
    if worst != nil { throw status }
  }
}
