internal import Iopmem
internal import PCI

/// What findings say at the places where requests meet it.
struct PictureReasons {
  private(set) var marks: [CheckPicture.Place: [CheckPicture.Mark]] = [:]

  /// Findings of one code that say the same of several functions are one.
  private struct Key: Hashable {
    let place: CheckPicture.Place
    let sign: PictureSign
    let code: Finding.Code
    let clause: String
  }

  init(_ check: Check, _ ways: [PictureWay]) {
    var subjects: [Key: [FunctionAddress]] = [:]
    var order: [Key] = []
    func take(_ finding: Finding, at place: CheckPicture.Place) {
      guard let sign = finding.severity.sign else { return }
      let key = Key(place: place, sign: sign, code: finding.code, clause: finding.clause)
      if subjects[key] == nil { order.append(key) }
      let subject = finding.function.flatMap { place == .function($0) ? nil : $0 }
      let known = subjects[key] ?? []
      subjects[key] = known + (subject.map { known.contains($0) ? [] : [$0] } ?? [])
    }
    for way in ways {
      for finding in way.verdict.findings {
        take(finding, at: Self.place(of: finding, for: way.verdict, in: check))
      }
    }
    // What is wrong with the device itself counts for every client.
    if let provider = check.readiness.target?.provider {
      for finding in check.readiness.findings where finding.severity >= .unknown {
        take(finding, at: .function(provider))
      }
    }
    for key in order {
      let text = "\(key.code.rawValue): \(Self.subject(subjects[key] ?? []))\(key.clause)"
      marks[key.place, default: []].append(CheckPicture.Mark(sign: key.sign, text: text))
    }
    for place in marks.keys {
      marks[place]?.sort { $0.sign.tone == .bad && $1.sign.tone != .bad }
    }
  }

  /// Where on the way a finding is met.
  static func place(
    of finding: Finding, for verdict: Verdict, in check: Check
  ) -> CheckPicture.Place {
    func bus(of function: FunctionAddress?) -> CheckPicture.Place {
      let node = function.flatMap { check.topology.nodes[$0] }
      return node.map { .rootBus($0.rootBus) } ?? .function(verdict.client)
    }
    switch finding.code {
    case .hostBridgeUnlisted, .hostBridgesDiffer, .hostBridgeNewer, .hostBridgeUnseen,
      .kernelUnseen, .processorUnseen, .readsThroughHost:
      return bus(of: finding.function ?? verdict.provider)
    case .translates, .translationBlocked, .translationUnseen: return bus(of: verdict.client)
    case .windowRefused, .windowUnknown: return .function(verdict.provider)
    default:
      let chains = verdict.route.map { $0.clientChain + $0.providerChain } ?? []
      let node = chains.first { $0.address == finding.function }
      return .function(node?.address ?? verdict.client)
    }
  }

  /// Whom a clause in the singular is about.
  private static func subject(_ functions: [FunctionAddress]) -> String {
    switch functions.count {
    case 0: ""
    case 1: "\(functions[0]) "
    case 2, 3: "each of \(functions.map(\.description).joined(separator: ", ")) "
    default: "each of \(functions[0]) and \(functions.count - 1) others "
    }
  }
}

extension Finding {
  /// What is wrong, without what follows from it.
  fileprivate var clause: String {
    sentence.firstRange(of: ": ").map { String(sentence[..<$0.lowerBound]) } ?? sentence
  }
}

extension Finding.Severity {
  /// The sign of a finding; nil for one that is no more than good to know.
  fileprivate var sign: PictureSign? {
    switch self {
    case .note: nil
    case .warning: .caution
    case .unknown: .unseen
    case .refusal: .blocked
    }
  }
}
