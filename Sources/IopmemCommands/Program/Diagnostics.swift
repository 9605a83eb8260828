internal import Iopmem
internal import Linux
internal import SystemPackage

/// Writes messages to standard error, one line each, whatever a name holds.
enum Diagnostics {
  /// Reports a failure: `iopmem: SUBJECT: REASON: CAUSE (REMEDY)`.
  static func report(_ failure: Failure) {
    write("iopmem: \(failure.message)")
  }

  /// Writes a line; that standard error cannot be written can be told nowhere.
  static func write(_ line: String) {
    var output = Output.standardError()
    try? output.write(line + "\n")
  }
}

extension Interruption {
  /// Obeys signals again after a failure. One that caused the failure ends the process, so that the
  /// failure is reported first; one that came too late to undo things is forgotten.
  static func obey(after failure: Failure) {
    if failure.leavesResult { return forget() }
    if signal != nil { Diagnostics.report(failure) }
    obey()
  }
}

extension Failure {
  /// The failure to write standard output: a full disk, a closed pipe.
  static func standardOutput(_ cause: Errno) -> Failure {
    Failure(cause, nil, "cannot write standard output")
  }
}
