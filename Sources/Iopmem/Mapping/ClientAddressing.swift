public import Linux
public import PCI
internal import SystemPackage

/// Gives maps the addresses that the verdict lets a client use, or refuses.
public struct ClientAddressing: Sendable {
  /// Whose addresses a map holds, and which.
  public struct Use: Sendable, Hashable {
    /// The client.
    public let function: FunctionAddress
    /// `busAddress`, `cpuAddress` or `iovaOnly`.
    public let answer: Verdict.Answer
  }

  /// The client.
  public let client: Client
  /// Where the client's program has mapped the BAR in the client's IOMMU domain.
  public let iovaBase: UInt64?
  private let root: SystemRoot
  private var rules: [FunctionAddress: PeerToPeerRules] = [:]

  /// The addressing of a machine's client.
  public init(for client: Client, iovaBase: UInt64?, in root: SystemRoot) {
    self.client = client
    self.iovaBase = iovaBase
    self.root = root
  }

  /// Gives a map the client's addresses.
  /// - Throws: `refused` when the client cannot use any, `unknown` when that cannot be known.
  public mutating func address(_ map: inout FileMap) throws(Failure) {
    guard var target = Target(map.window) else {
      if map.window.length == .zero { return }
      throw Failure(
        .unknown, map.path, "its window is in no PCI function: no client can be judged",
        remedy: map.window.source == .given
          ? ways("leave out \(option: .base)", "leave out \(option: .client)")
          : ways("leave out \(option: .client)"))
    }
    var mapped: Window?
    if let iovaBase {
      do { mapped = try map.window.mapped(at: iovaBase) } catch {
        throw Failure(
          .refused, map.path,
          "the BAR, from its base in the client's IOMMU domain, passes the end of the address space"
        )
      }
      target.iova = mapped.flatMap { Target($0)?.bus }
    }
    let verdict = try rules(for: target.provider).verdict(
      of: client.address, on: target, addressBits: client.addressBits)
    try check(verdict, map)
    if verdict.answer == .iovaOnly, let mapped { map.window = mapped }
    map.client = Use(function: client.address, answer: verdict.answer)
  }

  /// The rules for a provider; the machine is read once.
  private mutating func rules(for provider: FunctionAddress) throws(Failure) -> PeerToPeerRules {
    if let known = rules[provider] { return known }
    let new = try PeerToPeerRules(of: [client.address, provider], in: root)
    rules[provider] = new
    return new
  }

  /// Checks that the verdict leaves addresses, and that they are known.
  private func check(_ verdict: Verdict, _ map: FileMap) throws(Failure) {
    if let code = verdict.answer.code {
      let reason = verdict.findings.first
      let subject = reason?.function.map { "\($0) " } ?? ""
      let failure = Failure(
        code, map.path,
        "\(client.address) \(verdict.answer.sentence): \(subject)\(reason?.sentence ?? "no reason")",
        remedy: reason?.remedy ?? "see iopmem-check(8)")
      throw reason.map { failure.named(as: $0.code) } ?? failure
    }
    switch verdict.answer {
    case .iovaOnly where iovaBase == nil:
      throw Failure(
        .refused, map.path,
        "\(client.address) \(verdict.answer.sentence), which nobody here knows",
        remedy: ways(
          "map the BAR by VFIO and give its base with \(option: .iovaBase)",
          "iopmem lease --for \(client.address)")
      ).named(as: Finding.Code.translates)
    case .busAddress where map.window.busAddress(of: map.window.start) == nil,
      .cpuAddress where map.window.cpuAddress(of: map.window.start) == nil:
      throw Failure(
        .unknown, map.path,
        "\(client.address) \(verdict.answer.sentence), which the machine does not tell")
    default: break
    }
  }
}

extension FileMap {
  /// What the client uses for a place in the BAR; nil outside it, and without a client.
  public func clientAddress(of offset: BarOffset) -> UInt64? {
    switch client?.answer {
    case .busAddress, .iovaOnly: window.busAddress(of: offset)?.rawValue
    case .cpuAddress: window.cpuAddress(of: offset)?.rawValue
    case .notSupported, .unknown, nil: nil
    }
  }
}
