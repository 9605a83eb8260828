internal import ArgumentParser
internal import Iopmem
internal import Linux
internal import SystemPackage

/// Prints how the things of a deployment came out.
struct ApplyReport {
  let isPlan: Bool
  let isJSON: Bool
  let isQuiet: Bool
  private let lines = WrappedText(columns: Terminal.standardOutput.columns, indent: 20)
  private var items: [DeployedItem] = []
  private var outputFailure: Failure?

  init(isPlan: Bool, isJSON: Bool, isQuiet: Bool) {
    self.isPlan = isPlan
    self.isJSON = isJSON
    self.isQuiet = isQuiet
  }

  /// Takes an item, and prints it if a person reads.
  mutating func add(_ item: DeployedItem) {
    items.append(item)
    if let failure = item.failure { return Diagnostics.report(failure.about(item)) }
    guard !isJSON, !isQuiet, outputFailure == nil else { return }
    do { try Line.print(item.line(lines, isPlan: isPlan)) } catch { outputFailure = error }
  }

  /// Prints the JSON, if that was asked for, and ends the verb.
  /// - Throws: `ExitCode` with the status of what was refused, or of an output that failed.
  func finish() throws {
    var tally = Tally()
    for item in items { tally.count(item.failure?.code) }
    tally.attempt { () throws(Failure) in
      try telling(done) { () throws(Failure) in
        if let outputFailure { throw outputFailure }
        if isJSON { try writeJSON() }
      }
    }
    try tally.finish()
  }

  /// What is done; nil where nothing is.
  private var done: String? {
    if isPlan { return nil }
    if items.allSatisfy({ $0.failure == nil }) { return "everything is as declared" }
    return items.contains(where: \.isChange) ? "what was done stays" : nil
  }

  private func writeJSON() throws(Failure) {
    try toStandardOutput { () throws(Errno) in
      var writer = JSONWriter(Output.standard())
      try writer.beginObject()
      try writer.member("schema", "iopmem.apply/1")
      try writer.member("plan", isPlan)
      try writer.member("changed", items.contains(where: \.isChange))
      try writer.key("items")
      try writer.beginArray()
      for item in items { try item.write(to: &writer) }
      try writer.endArray()
      try writer.errors(items.compactMap { item in item.failure?.about(item) })
      try writer.endObject()
      try writer.finish()
    }
  }
}

extension Failure {
  /// The failure with the thing that it is about as its subject, if it names none.
  fileprivate func about(_ item: DeployedItem) -> Failure {
    var failure = self
    failure.subject = subject ?? item.subject
    return failure
  }
}

extension DeployedItem {
  /// What a person reads: state, kind, subject, and why.
  fileprivate func line(_ lines: WrappedText, isPlan: Bool) -> String {
    let why = reason.map { " (\(QuotedName.oneLine($0)))" } ?? ""
    let word = isPlan ? state.plan : state.rawValue
    let state = word + String(repeating: " ", count: 9 - word.count)
    let kind = kind.rawValue + String(repeating: " ", count: 11 - kind.rawValue.count)
    let head = state + kind + QuotedName(subject).text
    return lines.text(of: [head[...]] + why.split(separator: " "))
  }

  fileprivate func write(to writer: inout JSONWriter) throws(Errno) {
    try writer.beginObject()
    try writer.member("kind", kind.rawValue)
    try writer.name("subject", "subject_hex", subject)
    try writer.member("state", state.rawValue)
    try writer.member("code", failure?.name)
    try writer.member("reason", failure.map(\.reasonAndCause) ?? reason)
    try writer.member("remedy", failure?.remedy)
    try writer.endObject()
  }
}

extension DeployedItem.State {
  /// The word for what is only planned.
  fileprivate var plan: String {
    switch self {
    case .created: "create"
    case .replaced: "replace"
    case .mended: "mend"
    case .removed: "remove"
    case .kept: "keep"
    case .ok, .refused: rawValue
    }
  }
}
