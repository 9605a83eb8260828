internal import Iopmem
internal import Linux
internal import PCI
internal import SystemPackage

extension Check {
  /// The check for people: the device, then each client with the way and the reasons, or all
  /// clients in a table.
  func text(isMatrix: Bool) -> String {
    var text = heading + "\n"
    for finding in readiness.findings { text += "  \(finding.line)\n" }
    guard isMatrix else {
      for verdict in verdicts { text += verdict.text }
      return text
    }
    var table = TextTable(["CLIENT", "ANSWER", "DISTANCE>", "TURNS-AT", "DRIVER", "WHY"])
    for verdict in verdicts {
      table.append([
        verdict.client.description, verdict.answer.rawValue,
        verdict.route.map { String($0.distance) } ?? "", verdict.turn,
        topology.nodes[verdict.client]?.driver.name.map { QuotedName(Array($0.utf8)).text } ?? "",
        verdict.findings.first.map { $0.code.rawValue } ?? "",
      ])
    }
    return text + table.text
  }

  private var heading: String {
    let window = try? readiness.window.get()
    let provider = window?.function ?? readiness.device.disk.function
    return [
      QuotedName(readiness.device.path).text,
      "function \(provider?.description ?? "-")",
      "bar \(window?.bar.map(String.init) ?? "-")",
      "bus \(window?.busAddress?.rawValue.hex ?? "-")",
      "cpu \(window?.cpuAddress?.rawValue.hex ?? "-")",
      "length \(BinaryUnits.text(readiness.device.length))",
    ].joined(separator: "  ")
  }
}

extension Verdict {
  /// The verdict as lines: the answer, the way, the reasons.
  var text: String {
    let hops = route?.hops.map { $0.address.description } ?? []
    let distance = route.map { ", distance \($0.distance), turning at \(turn)" } ?? ""
    var text = "\(client) \(answer.sentence): \(answer.rawValue)\(distance)\n"
    if !hops.isEmpty { text += "  way  \(hops.joined(separator: " > "))\n" }
    for finding in findings { text += "  \(finding.line)\n" }
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
  fileprivate var line: String {
    let subject = function.map { "\($0) " } ?? ""
    return "\(severity.rawValue)  \(code.rawValue): \(subject)\(sentence)"
      + (remedy.map { " (\($0))" } ?? "")
  }
}
