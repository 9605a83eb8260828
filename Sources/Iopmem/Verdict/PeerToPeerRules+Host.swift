internal import PCI

extension PeerToPeerRules {
  /// Findings about whether the host bridge forwards requests between two functions:
  /// `host_bridge_whitelist`
  /// and `cpu_supports_p2pdma`, drivers/pci/p2pdma.c.
  func hostBridgeFindings(_ client: Node, _ provider: Node) -> [Finding] {
    let passing = Finding(
      .readsThroughHost, .warning, nil,
      "reads through the host bridge are slower than writes, and may fail where writes pass",
      remedy: "let the provider's side write, or put both below one switch")
    if let processor, processor.forwardsBetweenPorts, let kernel, kernel >= Processor.knownSince {
      return [passing]
    }
    let isSameBridge = client.rootBus == provider.rootBus
    var findings: [Finding] = []
    for bus in isSameBridge ? [provider.rootBus] : [provider.rootBus, client.rootBus] {
      if let finding = hostBridgeFinding(of: bus, isSameBridge: isSameBridge) {
        findings.append(finding)
      }
    }
    if findings.isEmpty { return [passing] }
    // What the list refuses, the processor might still allow.
    if processor == nil {
      findings = [
        Finding(
          .processorUnseen, .unknown, nil,
          "the machine does not tell its processor, by which its host bridge may be good")
      ]
    } else if processor?.forwardsBetweenPorts == true, kernel == nil {
      findings = [Self.kernelUnseen]
    }
    return findings
  }

  /// The finding against one host bridge; nil if it forwards requests.
  private func hostBridgeFinding(of bus: String, isSameBridge: Bool) -> Finding? {
    let node: Node
    let slotAdvice = "put both functions below one switch without ACS redirection"
    switch topology.host(of: bus) {
    case .none:
      return Finding(
        .hostBridgeUnlisted, .refusal, nil,
        "the host bridge of \(bus) shows no function that the kernel would know it by",
        remedy: slotAdvice)
    case .unseen(let node):
      return Finding(
        .hostBridgeUnseen, .unknown, node.address,
        "stands for its host bridge, if it is a root port, which cannot be seen",
        remedy: "run as root")
    case .first(let first): node = first
    case .port(let port):
      guard let kernel else { return Self.kernelUnseen }
      guard kernel >= HostBridge.portsSince else {
        return Finding(
          .hostBridgeNewer, .refusal, port.address,
          "stands for its host bridge only from kernel \(HostBridge.portsSince) on",
          remedy: "use that kernel or a newer one")
      }
      node = port
    }
    guard let vendor = node.vendor, let device = node.device else {
      return Finding(
        .hostBridgeUnseen, .unknown, node.address,
        "stands for its host bridge, and does not tell what it is")
    }
    guard let row = HostBridge.row(vendor: vendor, device: device),
      row.until.map({ until in kernel.map { $0 < until } ?? true }) ?? true
    else {
      return Finding(
        .hostBridgeUnlisted, .refusal, node.address,
        "stands for a host bridge that the kernel's list, up to \(HostBridge.knownTo), does not vouch for",
        remedy: slotAdvice)
    }
    guard let kernel else { return Self.kernelUnseen }
    guard row.isKnown(to: kernel) else {
      return Finding(
        .hostBridgeNewer, .refusal, node.address,
        "stands for a host bridge that kernels know from \(row.since) on, not \(kernel)",
        remedy: "use kernel \(row.since) or a newer one")
    }
    if row.requiresSameHostBridge && !isSameBridge {
      return Finding(
        .hostBridgesDiffer, .refusal, node.address,
        "stands for a host bridge that passes nothing on to another one",
        remedy: "move one of the two to a slot of the same processor")
    }
    return nil
  }

  private static let kernelUnseen = Finding(
    .kernelUnseen, .unknown, nil,
    "the machine does not tell its kernel's version, by which host bridges are known")

  /// The finding about a client whose requests turn below its IOMMU; nil where none translates.
  static func bypassFinding(_ client: Node) -> Finding? {
    let verb: String
    switch client.translation {
    case .translating: verb = "has"
    case .unknown: verb = "may have"
    case .absent, .identity, .blocked: return nil
    }
    return Finding(
      .bypassed, .warning, client.address,
      "\(verb) an IOMMU that translates, and its requests turn below it, where only the bus address holds: its driver gets an IOVA from the DMA API, which the switch would take for another device's address or send up to the host",
      remedy:
        "give it the bus address by hand, never an address that its driver mapped; or boot with iommu=pt"
    )
  }

  /// Decides which address a client uses through the host bridge.
  static func answer(through client: Node, _ findings: inout [Finding]) -> Verdict.Answer {
    switch client.translation {
    case .absent, .identity: return .cpuAddress
    case .translating:
      findings.append(
        Finding(
          .translates, .warning, client.address,
          "has an IOMMU that translates: no address holds for it but one of its own domain",
          remedy: ways(
            "hold a lease by iopmem lease --for \(client.address)",
            "map the BAR by VFIO and give its base to iopmem fiemap --iova-base",
            "boot with iommu=pt")
        ))
      return .iovaOnly
    case .blocked:
      findings.append(
        Finding(
          .translationBlocked, .refusal, client.address, "has an IOMMU that lets nothing through",
          remedy: "bind a driver to it"))
      return .notSupported
    case .unknown:
      findings.append(
        Finding(
          .translationUnseen, .unknown, client.address,
          "does not show whether an IOMMU translates for it",
          remedy:
            "look at iommu_group in its folder, /sys/kernel/iommu_groups and /sys/class/iommu"))
      return .unknown
    }
  }
}
