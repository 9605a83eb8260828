internal import Iopmem
internal import Linux
internal import PCI
internal import SystemPackage

extension Check {
  /// The check for people: what decides comes first, so the device's own state only where that keeps
  /// clients from it; then each client with the way and the reasons, or all clients in a table.
  func text(isMatrix: Bool, on terminal: Terminal) -> String {
    let lines = WrappedText(columns: terminal.columns, indent: 2)
    let deciding = readiness.findings.filter { $0.severity >= .unknown }
    let others = readiness.findings.filter { $0.severity < .unknown }
    var text = lines.text(of: heading, by: "  ") + "\n"
    for finding in deciding { text += finding.line(on: terminal) }
    if isMatrix {
      text += answers(on: terminal)
    } else {
      for verdict in verdicts { text += verdict.text(besides: deciding, on: terminal) }
    }
    if (isMatrix || !verdicts.isEmpty) && !others.isEmpty {
      text += lines.sentence("about \(QuotedName(readiness.device.path).text) itself:") + "\n"
    }
    for finding in others { text += finding.line(on: terminal) }
    return text
  }

  /// The answers for all clients: one sentence where one reason keeps all of them from it.
  private func answers(on terminal: Terminal) -> String {
    let lines = WrappedText(columns: terminal.columns, indent: 2)
    guard !verdicts.isEmpty else { return lines.sentence(nobody) + "\n" }
    if let finding = readiness.target?.finding {
      let told = readiness.findings.contains(finding) ? "" : finding.line(on: terminal)
      return told
        + lines.sentence(
          "for this reason none of the \(verdicts.count) clients has an address") + "\n"
    }
    let table = matrix(withTurns: true)
    guard let columns = terminal.columns, table.width > columns else { return table.text }
    return matrix(withTurns: false).text
  }

  /// Says that all clients are to be judged, and there is none.
  var nobody: String {
    "no other function of the machine may do DMA: there is no client to judge, and the exit status is that of the device alone"
  }

  /// The clients in a table; where they turn is left out of one that must be narrow.
  private func matrix(withTurns: Bool) -> TextTable {
    var table = TextTable(
      ["CLIENT", "ANSWER", "DISTANCE>"] + (withTurns ? ["TURNS-AT"] : []) + ["DRIVER", "WHY"])
    for verdict in verdicts {
      let driver = topology.nodes[verdict.client]?.driver.name
      table.append(
        [
          verdict.client.description, verdict.answer.rawValue,
          verdict.route.map { String($0.distance) } ?? "",
        ] + (withTurns ? [verdict.turn] : []) + [
          driver.map { QuotedName(Array($0.utf8)).text } ?? "",
          verdict.findings.first.map { $0.code.rawValue } ?? "",
        ])
    }
    return table
  }

  private var heading: [String] {
    let window = try? readiness.window.get()
    let provider = window?.function ?? readiness.device.disk.function
    return [
      QuotedName(readiness.device.path).text,
      "function \(provider?.description ?? "-")",
      "bar \(window?.bar.map(String.init) ?? "-")",
      "bus \(window?.busAddress?.rawValue.hex ?? "-")",
      "cpu \(window?.cpuAddress?.rawValue.hex ?? "-")",
      "length \(BinaryUnits.text(readiness.device.length))",
    ]
  }
}

extension Verdict {
  /// The verdict as lines: the answer, the way, the reasons.
  /// - Parameter told: what was said already.
  func text(besides told: [Finding], on terminal: Terminal) -> String {
    let hops = route?.hops.map { $0.address.description } ?? []
    let distance = route.map { ", distance \($0.distance), turning at \(turn)" } ?? ""
    let lines = WrappedText(columns: terminal.columns, indent: 2)
    let name = terminal.colored(answer.rawValue, answer.code == nil ? .green : .red)
    var text = lines.sentence("\(client) \(answer.sentence): \(name)\(distance)") + "\n"
    if let first = hops.first {
      let way = WrappedText(columns: terminal.columns, indent: 7)
      text += way.text(of: ["  way  \(first)"] + hops.dropFirst().map { "> \($0)" }) + "\n"
    }
    for finding in findings where !told.contains(finding) { text += finding.line(on: terminal) }
    return text
  }

  /// Where the request turns, for people.
  var turn: String {
    guard let route else { return "" }
    return route.turningPoint?.address.description ?? "host"
  }
}

extension Finding {
  /// The finding as a line: `SEVERITY CODE: FUNCTION SENTENCE (REMEDY)`.
  fileprivate func line(on terminal: Terminal) -> String {
    let subject = function.map { "\($0) " } ?? ""
    let words = (subject + sentence + (remedy.map { " (\($0))" } ?? "")).split(separator: " ")
    let head = "  \(severity.colored(on: terminal))  \(code.rawValue):"
    return WrappedText(columns: terminal.columns, indent: 6).text(of: [head[...]] + words) + "\n"
  }
}

extension Finding.Severity {
  /// Its name: red where there is no address, yellow where it is not what one may expect.
  fileprivate func colored(on terminal: Terminal) -> String {
    switch self {
    case .note: rawValue
    case .warning: terminal.colored(rawValue, .yellow)
    case .unknown, .refusal: terminal.colored(rawValue, .red)
    }
  }
}
