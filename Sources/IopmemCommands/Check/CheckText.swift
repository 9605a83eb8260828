internal import Iopmem
internal import Linux
internal import PCI
internal import SystemPackage

extension Check {
  /// The check for people: the device, then each client with the way and the reasons, or all
  /// clients in a table.
  func text(isMatrix: Bool, on terminal: Terminal) -> String {
    var text = WrappedText(columns: terminal.columns, indent: 2).text(of: heading, by: "  ") + "\n"
    for finding in readiness.findings { text += finding.line(on: terminal) }
    guard isMatrix else {
      for verdict in verdicts { text += verdict.text(on: terminal) }
      return text
    }
    let table = matrix(withTurns: true)
    guard let columns = terminal.columns, table.width > columns else { return text + table.text }
    return text + matrix(withTurns: false).text
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
  func text(on terminal: Terminal) -> String {
    let hops = route?.hops.map { $0.address.description } ?? []
    let distance = route.map { ", distance \($0.distance), turning at \(turn)" } ?? ""
    let lines = WrappedText(columns: terminal.columns, indent: 2)
    let name = terminal.colored(answer.rawValue, answer.code == nil ? .green : .red)
    var text = lines.sentence("\(client) \(answer.sentence): \(name)\(distance)") + "\n"
    if let first = hops.first {
      let way = WrappedText(columns: terminal.columns, indent: 7)
      text += way.text(of: ["  way  \(first)"] + hops.dropFirst().map { "> \($0)" }) + "\n"
    }
    for finding in findings { text += finding.line(on: terminal) }
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
