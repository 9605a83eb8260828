internal import Iopmem
internal import Linux
internal import SystemPackage

/// Runs a write to standard output, and makes a `Failure` of its error.
func toStandardOutput(_ body: () throws(Errno) -> Void) throws(Failure) {
  do { try body() } catch { throw Failure.standardOutput(error) }
}

/// Single lines on standard output.
enum Line {
  /// Writes a line at once.
  /// - Throws: `failed` when standard output does not take it.
  static func print(_ text: String) throws(Failure) {
    try toStandardOutput { () throws(Errno) in
      var output = Output.standard()
      try output.write(text + "\n")
      try output.flush()
    }
  }
}
