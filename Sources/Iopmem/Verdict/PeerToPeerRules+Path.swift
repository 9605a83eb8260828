internal import Linux
internal import PCI

extension PeerToPeerRules {
  /// Findings about the state of the functions on the route: gone, reset, asleep, switched off.
  static func stateFindings(of route: Route) -> [Finding] {
    let client = route.clientChain[0]
    var findings: [Finding] = []
    var seen: Set<FunctionAddress> = []
    for node in route.providerChain + route.clientChain where seen.insert(node.address).inserted {
      if node.isGone {
        findings.append(
          Finding(
            .functionGone, .refusal, node.address, "does not answer: its config is all ones",
            remedy: "look for it with lspci(8), and rescan or reseat it"))
      } else if node.command == nil {
        findings.append(
          Finding(.configUnseen, .unknown, node.address, "lets its config not be read"))
      }
    }
    findings += unseenStateFindings(of: route)
    // On its way up the request passes the client's bridges; down again, the provider's.
    if client.wasReset {
      findings.append(
        Finding(
          .clientReset, .refusal, client.address,
          "was reset and lost its BARs: it can do no DMA",
          remedy: BarLoss.remedy(for: client.address)))
    }
    for node in (client.wasReset ? [] : [client]) + route.bridgesUp
    where node.command.map({ !$0.contains(.busMaster) }) ?? false {
      findings.append(
        Finding(
          .busMasterOff, .refusal, node.address,
          node == client
            ? "has bus mastering off: it can do no DMA"
            : "has bus mastering off: it passes no requests of the client on",
          remedy: "bind a driver, or setpci -s \(node.address) COMMAND=4:4"))
    }
    for node in route.providerChain.dropFirst() {
      if node.command.map({ !$0.contains(.memory) }) ?? false {
        findings.append(
          Finding(
            .bridgeDecodingOff, .refusal, node.address,
            "has memory decoding off: it passes nothing on to the provider",
            remedy: "setpci -s \(node.address) COMMAND=2:2"))
      }
    }
    let above = route.providerChain.dropFirst()
    // A bridge of both is told of once, as the provider's.
    let below = route.bridgesUp.filter { node in !above.contains { $0.address == node.address } }
    for (bridges, loss) in [
      (Array(above), "nothing on to the provider"), (below, "no requests of the client on"),
    ] {
      findings += bridges.filter(\.isAsleep).map { node in
        Finding(
          .bridgeAsleep, .refusal, node.address, "is asleep: it passes \(loss)",
          remedy: "echo on > /sys/bus/pci/devices/\(node.address)/power/control")
      }
    }
    if client.isAsleep {
      findings.append(
        Finding(
          .clientAsleep, .refusal, client.address, "is asleep: it does no DMA until it wakes up",
          remedy: "echo on > /sys/bus/pci/devices/\(client.address)/power/control"))
    }
    return findings
  }

  /// Findings about what of the client and the bridges cannot be seen.
  private static func unseenStateFindings(of route: Route) -> [Finding] {
    var findings: [Finding] = []
    var seen: Set<FunctionAddress> = []
    let bridges = route.providerChain.dropFirst() + route.bridgesUp
    for node in route.clientChain.prefix(1) + bridges
    where !node.isGone && node.command != nil && seen.insert(node.address).inserted {
      if node.powerState == .unknown || node.powerState == .error {
        findings.append(
          Finding(
            .powerUnseen, .unknown, node.address, "does not tell whether it is awake",
            remedy: "run as root, or look at power_state in its folder"))
      }
      // The one header that says what a bridge passes on.
      if node.windows == nil && bridges.contains(where: { $0.address == node.address }) {
        findings.append(
          Finding(
            .bridgeUnseen, .unknown, node.address,
            "has functions below it, and its header is no bridge's"))
      }
    }
    return findings
  }

  /// Says how to end a redirection.
  ///
  /// The kernel takes the last `pci=disable_acs_redir=` alone, so that one names every bridge; a
  /// shell and GRUB end a command at its semicolons unless they are quoted
  /// (`pci_setup`, drivers/pci/pci.c).
  static func redirectRemedy(
    for node: FunctionAddress, among all: [FunctionAddress]
  ) -> String {
    let list = all.map(\.description).joined(separator: ";")
    let parameter = "pci=disable_acs_redir=\(list)"
    return
      "boot with \(all.count > 1 ? "'\(parameter)'" : parameter), or setpci -s \(node) ECAP_ACS+6.w=0:2c, if no virtual machine owns a function below it"
  }

  /// Findings about the access control of the functions on the route.
  static func accessControlFindings(of route: Route) -> [Finding] {
    route.redirecting.map { node in
      let names = node.accessControl.redirects.names.joined(separator: " ")
      return Finding(
        .redirect, .warning, node.address,
        "sends peers' traffic up to the host bridge, by \(names)",
        remedy: redirectRemedy(for: node.address, among: route.redirecting.map(\.address)))
    }
      + route.unseen.map { node in
        Finding(
          .redirectUnseen, .unknown, node.address,
          "may redirect peers' traffic: its config cannot be read far enough to tell",
          remedy: "run as root, or look at its capabilities with lspci -vvv -s \(node.address)")
      }
  }

  /// Findings about bridges above the provider whose windows do not pass its addresses on.
  static func windowFindings(of route: Route, _ target: Target) -> [Finding] {
    guard let bus = target.bus else { return [] }
    return route.providerChain.dropFirst().compactMap { node in
      guard let windows = node.windows, !node.isGone, !node.isSubtractive,
        !windows.contains(where: { $0.contains(bus.lowerBound) && $0.contains(bus.upperBound) })
      else { return nil }
      return Finding(
        .bridgeWindow, .refusal, node.address,
        "has no window that passes the provider's addresses on",
        remedy: "rescan the bus, or boot with pci=realloc")
    }
  }

  /// Findings about a client whose DMA mask is too narrow for the addresses.
  /// - Parameter addressBits: how many address bits it drives, where it has no driver to tell.
  static func maskFindings(
    of client: Node, _ target: Target, _ answer: Verdict.Answer, addressBits: UInt8?
  ) -> [Finding] {
    let range: ClosedRange<UInt64>? =
      switch answer {
      case .busAddress: target.bus
      case .cpuAddress: target.cpu
      case .iovaOnly: target.iova
      case .notSupported, .unknown: nil
      }
    guard let highest = range?.upperBound else { return [] }
    guard client.driver != .unseen else {
      return [
        Finding(
          .driverUnseen, .unknown, client.address,
          "does not show whether it has a driver, nor which",
          remedy: "look at driver in its folder")
      ]
    }
    let given = client.lacksKernelDriver ? addressBits.map(Int.init) : nil
    guard let bits = given ?? client.dmaMaskBits else {
      return [
        Finding(
          .maskUnseen, .unknown, client.address,
          "does not tell how many address bits it has")
      ]
    }
    let needed = 64 - highest.leadingZeroBitCount
    guard bits < needed else { return [] }
    if client.lacksKernelDriver && given == nil && bits == 32 {
      return [
        Finding(
          .maskDefault, .unknown, client.address,
          "has no driver of the kernel's to say how many address bits it has: \(needed) are needed",
          remedy: ways("say it with \(option: .addressBits)"))
      ]
    }
    return [
      Finding(
        .maskNarrow, .refusal, client.address,
        "has \(bits) bits of DMA addresses, and \(needed) are needed",
        remedy: needed > 32
          ? "give the BAR an address below 4 GiB, by a setting of the BIOS"
          : "give the BAR a lower address, by a setting of the BIOS")
    ]
  }

  /// Findings about how far client and provider are apart.
  static func distanceFindings(of route: Route) -> [Finding] {
    let (client, provider) = (route.clientChain[0], route.providerChain[0])
    var findings: [Finding] = []
    if client.address == provider.address {
      findings.append(
        Finding(.sameFunction, .note, client.address, "is the provider: it reaches its own memory"))
    }
    if let near = client.numaNode, let far = provider.numaNode, near != far {
      findings.append(
        Finding(
          .otherNode, .note, client.address,
          "hangs on NUMA node \(near), the provider on node \(far)",
          remedy: "move one of the two to a slot of the same processor"))
    }
    return findings
  }
}

extension Node {
  fileprivate var isAsleep: Bool { powerState?.isAsleep ?? false }

  /// Whether no driver of the kernel's does its DMA: then the mask of 32 bits is but a default
  /// (`pci_setup_device`, drivers/pci/probe.c).
  fileprivate var lacksKernelDriver: Bool {
    guard let driver = driver.name else { return true }
    return Translation.isUserspaceDriver(driver) || driver.holds("uio")
      || driver == "pci-stub"
  }
}
