internal import Iopmem
internal import Linux
internal import SystemPackage

/// For people: a line a file that holds, and a line for each thing that changed.
final class VerifyText: VerifyReport {
  private var output = Output.standard()
  private let lines = WrappedText(columns: Terminal.standardOutput.columns, indent: 2)

  func begin() {}

  func write(_ verification: Verification) throws(Failure) {
    let name = QuotedName(verification.path).text
    let sentences =
      switch verification.standing {
      case .holds: ["holds"]
      case .unknown(let failure): ["cannot be known: \(failure.sentence)"]
      case .changed(let changes, let leftOut):
        changes.map { "changed: \($0.sentence)" }
          + (leftOut > 0 ? ["changed: and in \(leftOut) more places"] : [])
      }
    try toStandardOutput { () throws(Errno) in
      for sentence in sentences {
        try output.write(lines.sentence("\(name): \(QuotedName.oneLine(sentence))") + "\n")
      }
    }
  }

  func finish(_ failures: [Failure]) throws(Failure) {
    try toStandardOutput { () throws(Errno) in try output.flush() }
  }
}
