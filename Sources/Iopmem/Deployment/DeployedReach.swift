internal import PCI
internal import SystemPackage

/// A client that must reach the files of a file system.
public struct DeployedReach: Sendable {
  /// By which address it must.
  public enum Address: String, Sendable, CaseIterable {
    /// The provider's bus address.
    case bus = "bus-address"
    /// The CPU-physical address.
    case cpu = "cpu-address"
    /// An address of its own IOMMU domain, as a lease gives it.
    case iova = "iova-only"
    /// The bus address or the CPU-physical one, whichever it is.
    case any

    /// Whether an answer will do.
    func accepts(_ answer: Verdict.Answer) -> Bool {
      switch self {
      case .bus: answer == .busAddress
      case .cpu: answer == .cpuAddress
      case .iova: answer == .iovaOnly
      case .any: answer == .busAddress || answer == .cpuAddress
      }
    }
  }

  /// The client.
  public var client: NamedClient
  /// By which address.
  public var address: Address

  /// A demand of these parts.
  public init(_ client: NamedClient, _ address: Address) {
    self.client = client
    self.address = address
  }
}

extension DeployedReach {
  /// Judges whether the client reaches a block device so: as iopmem-check(8) does.
  /// - Throws: `refused` when it does not, `unknown` when that cannot be known.
  func deploy(on device: FilePath, _ windows: WindowSource) throws(Failure) -> DeployedItem {
    let client = try self.client.client(in: windows.root)
    let subject = FilePath(client.address.description)
    let number = try BlockDevice.number(at: device, in: windows.root)
    guard let target = Target(try windows.window(of: number)) else {
      throw Failure(.unknown, subject, "\(device) is in no PCI function: no client can be judged")
    }
    let rules = try PeerToPeerRules(of: [client.address, target.provider], in: windows.root)
    let verdict = rules.verdict(of: client.address, on: target, addressBits: client.addressBits)
    guard address.accepts(verdict.answer) else {
      let why = verdict.findings.first.map { finding in
        ": " + (finding.function.map { "\($0) " } ?? "") + finding.sentence
      }
      throw Failure(
        verdict.answer.code ?? .refused, subject,
        "\(verdict.answer.sentence), and \(address.rawValue) is declared\(why ?? "")",
        remedy: verdict.findings.first?.remedy ?? "see iopmem-check(8)")
    }
    return DeployedItem(.reach, subject, .ok)
  }
}
