internal import Iopmem
internal import Linux
internal import SystemPackage

/// What the program says on standard error: one line a message, whatever a name holds.
enum Diagnostics {
  /// Says what failed: `iopmem: SUBJECT: REASON: CAUSE (REMEDY)`.
  static func report(_ failure: Failure) {
    write("iopmem: \(failure.message)")
  }

  /// Writes a line. There is nowhere left to say that standard error cannot be written.
  static func write(_ line: String) {
    var output = Output.standardError()
    try? output.write(line + "\n")
  }
}

extension Interruption {
  /// Obeys again what was held while something failed. If that was a signal's doing it is said
  /// first, since obeying ends the process; a signal that came too late to undo things is not.
  static func obey(after failure: Failure) {
    if failure.leavesResult { return forget() }
    if signal != nil { Diagnostics.report(failure) }
    obey()
  }
}

extension Failure {
  /// Standard output did not take what was written: a full disk, a closed pipe.
  static func standardOutput(_ cause: Errno) -> Failure {
    Failure(cause, nil, "cannot write standard output")
  }
}
