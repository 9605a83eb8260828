internal import Iopmem
internal import Linux
internal import SystemPackage

/// Writes messages to standard error, one line each, whatever a name holds.
enum Diagnostics {
  /// Reports a failure: `iopmem: SUBJECT: REASON: CAUSE (REMEDY)`; to the journal with the parts in
  /// fields of their own.
  static func report(_ failure: Failure) {
    // What the journal does not take goes there as a line.
    if Journal.takesStandardError, (try? Journal.send(failure.journalFields)) != nil { return }
    say(failure.message)
  }

  /// Says something to people: `iopmem: SENTENCE`, in further lines where a terminal is narrow.
  static func say(_ sentence: String) {
    let lines = WrappedText(columns: Terminal.standardError.columns, indent: 2)
    write(lines.sentence("iopmem: \(sentence)"))
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
  /// What the journal keeps of it: systemd.journal-fields(7).
  fileprivate var journalFields: [Journal.Field] {
    var fields: [Journal.Field] = [
      ("MESSAGE", message), ("MESSAGE_ID", "af04a5958344427b953fe706de5183c9"), ("PRIORITY", "3"),
      ("SYSLOG_IDENTIFIER", "iopmem"), ("IOPMEM_CODE", name),
      ("IOPMEM_STATUS", String(code.exitStatus)),
    ]
    if let subject { fields.append(("IOPMEM_SUBJECT", QuotedName(subject).text)) }
    if let remedy { fields.append(("IOPMEM_REMEDY", remedy)) }
    return fields
  }

  /// The failure to write standard output: a full disk, a closed pipe.
  static func standardOutput(_ cause: Errno) -> Failure {
    Failure(cause, nil, "cannot write standard output")
  }
}
