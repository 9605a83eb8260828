internal import Iopmem
internal import Linux
internal import SystemPackage

/// For people: a line a file that holds, a line for each thing that changed, and what to do then.
final class VerifyText: VerifyReport {
  private var output = Output.standard()
  private let lines = WrappedText(columns: Terminal.standardOutput.columns, indent: 2)
  private var hasChanges = false

  func begin() {}

  func write(_ verification: Verification) throws(Failure) {
    let name = QuotedName(verification.path).text
    if case .changed = verification.standing { hasChanges = true }
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
    try toStandardOutput { () throws(Errno) in
      if hasChanges {
        try output.write(lines.sentence(Self.advice) + "\n")
      }
      try output.flush()
    }
  }

  private static let advice =
    "give no peer the old addresses: what is still wanted is to be mapped anew, see iopmem-fiemap(8)"
}
