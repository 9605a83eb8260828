public import Linux
public import PCI
internal import SystemPackage

/// Decides which address a client may use to reach a provider, by the rules of the kernel's
/// drivers/pci/p2pdma.c: topology × client × provider × kernel → verdict.
///
/// It does no I/O once it is made, and assumes nothing that it was not told.
public struct PeerToPeerRules: Sendable {
  /// How the functions hang together.
  public let topology: Topology
  /// The kernel whose list of host bridges counts; nil when it is not known.
  public let kernel: KernelVersion?
  /// The machine's processors; nil when they are not known.
  public let processor: Processor?

  /// The rules of a machine of these parts.
  public init(_ topology: Topology, kernel: KernelVersion?, processor: Processor?) {
    self.topology = topology
    self.kernel = kernel
    self.processor = processor
  }

  /// Reads what the rules go by of a machine.
  /// - Parameters:
  ///   - functions: those that will be asked about; nil for all.
  ///   - kept: the one that the topology keeps all of, see `Topology.kept`.
  ///   - facts: what is known of the machine already; else it is read.
  /// - Throws: `failed` when the machine's functions cannot be read, or it has none of a name;
  ///   `unknown` when it has one and does not show where it hangs.
  public init(
    of functions: [FunctionAddress]?, keeping kept: FunctionAddress? = nil,
    _ facts: MachineFacts? = nil, in root: SystemRoot
  ) throws(Failure) {
    topology = try explain(root.absolute("sys/bus/pci/devices"), "cannot read") {
      () throws(Errno) in try Topology(of: functions, keeping: kept, in: root)
    }
    for function in functions ?? [] where topology.nodes[function] == nil {
      let name = FilePath(function.description)
      if Function.isListed(function, in: root) {
        throw Failure(.unknown, name, "its link in sysfs does not lead to a folder of its own")
      }
      throw Failure(.failed, name, "no such PCI function")
    }
    let facts = facts ?? MachineFacts(of: root)
    kernel = facts.kernel
    processor = facts.processor
  }

  /// Decides what a client may use.
  /// - Parameter addressBits: how many address bits the client drives, if it has no driver that
  ///   told the kernel.
  public func verdict(
    of client: FunctionAddress, on target: Target, addressBits: UInt8? = nil
  ) -> Verdict {
    guard let clientChain = topology.chain(from: client),
      let providerChain = topology.chain(from: target.provider),
      let route = Route(client: clientChain, provider: providerChain)
    else {
      let isTooDeep = [client, target.provider].contains { topology.isTooDeep($0) }
      return Verdict(
        client: client, provider: target.provider, allowing: .unknown, route: nil,
        findings: [
          Finding(
            .pathUnseen, .unknown, nil,
            isTooDeep
              ? "more than \(Topology.deepest) functions hang one above another, or in a circle: no machine has such a tree"
              : "a bridge between the two cannot be read")
        ])
    }
    var findings = (target.finding.map { [$0] } ?? []) + Self.accessControlFindings(of: route)
    var answer = Verdict.Answer.busAddress
    if route.leadsThroughHost {
      findings += hostBridgeFindings(clientChain[0], providerChain[0])
      answer = Self.answer(through: clientChain[0], &findings)
    } else if let finding = Self.bypassFinding(clientChain[0]) {
      findings.append(finding)
    }
    findings += Self.windowFindings(of: route, target)
    findings += Self.maskFindings(of: clientChain[0], target, answer, addressBits: addressBits)
    findings += Self.stateFindings(of: route) + Self.distanceFindings(of: route)
    return Verdict(
      client: client, provider: target.provider, allowing: answer, route: route,
      findings: findings)
  }
}
