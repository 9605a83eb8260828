internal import Iopmem
internal import Linux
internal import SystemPackage

/// Writes what happened, a line an event, each at once.
struct MonitorOutput {
  let isJSON: Bool

  /// Writes events.
  func write(_ events: [MonitorEvent]) throws(Failure) {
    for event in events {
      guard isJSON else {
        let name = event.subject.map { QuotedName($0).text + ": " } ?? ""
        let lines = WrappedText(columns: Terminal.standardOutput.columns, indent: 2)
        try Line.print(lines.sentence(name + QuotedName.oneLine(event.sentence)))
        continue
      }
      try write(event, [])
    }
  }

  /// Writes what ends the monitor, for programs: people read it on standard error.
  func write(_ failure: Failure) throws(Failure) {
    guard isJSON else { return }
    try write(MonitorEvent(.failed, failure.subject, failure.sentence), [failure])
  }

  private func write(_ event: MonitorEvent, _ failures: [Failure]) throws(Failure) {
    let time = Status.Time.now
    let fraction = String(1_000_000_000 + time.nanoseconds).dropFirst()
    try JSONDocument.write("iopmem.monitor/1", failures) { (writer) throws(Errno) in
      try writer.member("timestamp", "\(time.seconds).\(fraction)")
      try writer.member("event", event.kind.rawValue)
      try writer.name("subject", "subject_hex", event.subject)
      try writer.member("before", event.before)
      try writer.member("after", event.after)
      try writer.member("message", event.sentence)
    }
  }
}
