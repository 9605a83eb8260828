internal import Iopmem
internal import Linux
internal import SystemPackage

/// Runs a write to standard output, and makes a `Failure` of its error.
func toStandardOutput(_ body: () throws(Errno) -> Void) throws(Failure) {
  do { try body() } catch { throw Failure.standardOutput(error) }
}

/// Writes to standard output what was done, so that a failure to write says that it is done.
/// - Parameters:
///   - done: what is done, as the beginning of a sentence; nil where nothing was changed.
///   - body: writes, and fails by that alone.
func telling(_ done: String?, _ body: () throws(Failure) -> Void) throws(Failure) {
  do { try body() } catch {
    var failure = error
    if let done { failure.reason = "\(done), but standard output cannot be written" }
    throw failure
  }
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
