internal import Linux
internal import PCI
internal import SystemPackage

extension Client {
  /// Has the driver map the BAR behind a lease for the client.
  func mapping(of lease: borrowing DriverHandle) throws(Failure) -> ClientMapping {
    do {
      return try lease.map(
        domain: address.domain, bus: address.bus,
        deviceAndFunction: address.device << 3 | address.function, addressBits: addressBits ?? 0,
        isForced: isForced)
    } catch { throw failure(error) }
  }

  /// Makes a `Failure` of what the driver answered: iopmem(4), ERRORS.
  private func failure(_ error: Errno) -> Failure {
    let subject = FilePath(address.description)
    switch error {
    case .resourceBusy where addressBits != nil:
      return Failure(
        .refused, subject, "its driver has the last word on its address bits, or on its domain",
        remedy: ways("leave out \(option: .addressBits)"))
    case .alreadyInProcess:
      return Failure(
        .refused, subject,
        "the BAR is mapped for it already, with other address bits or by another way",
        remedy: ways("end that mapping", "give the same \(option: .addressBits)"))
    case .resourceBusy:
      return Failure(
        .refused, subject, "its driver keeps an IOMMU domain of its own",
        remedy: "map the BAR there, as with vfio-pci")
    case .noRouteToHost:
      return Failure(
        .refused, subject, "the kernel knows of no way from it to the memory",
        remedy: Self.remedyOfRoute)
    case .outOfRange:
      return Failure(
        .refused, subject, "the BAR lies beyond the addresses that it can drive",
        remedy: addressBits == nil
          ? ways(
            "without a driver it counts as one of 32 bits: say more with \(option: .addressBits)")
          : nil)
    case .operationNotSupportedByDevice:
      return Failure(.failed, subject, "it is not there, or the memory's function is gone")
    case .invalidArgument:
      return Failure(.refused, subject, "is a bridge, which has no engine")
    case .ioError:
      return Failure(.failed, subject, "its IOMMU domain has no room for the BAR", cause: error)
    case .notPermitted:
      return Failure(
        error, subject, "the BAR cannot be mapped for it", remedy: "CAP_SYS_RAWIO is needed")
    default: return Failure(error, subject, "the BAR cannot be mapped for it")
    }
  }

  /// Checks, unless forced, that a route to the memory is known: older kernels do not tell the driver.
  ///
  /// Other findings of the verdict do not count: a client whose program has not begun yet may not do
  /// DMA at all.
  func expectRoute(to window: Window, in root: SystemRoot) throws(Failure) {
    guard !isForced else { return }
    let subject = FilePath(address.description)
    guard let target = Target(window) else {
      throw Failure(.unknown, subject, "cannot be judged: the memory is in no PCI function")
    }
    let rules = try PeerToPeerRules(of: [address, target.provider], in: root)
    let verdict = rules.verdict(of: address, on: target, addressBits: addressBits)
    guard let finding = verdict.findings.first(where: \.isOnRoute) else { return }
    let function = finding.function.map { "\($0) " } ?? ""
    throw Failure(
      finding.severity == .refusal ? .refused : .unknown, subject,
      "no way from it to the memory is known: \(function)\(finding.sentence)",
      remedy: Self.remedyOfRoute
    ).named(as: finding.code)
  }

  private static let remedyOfRoute =
    "see iopmem-check(8); force it if you know that the machine passes its requests on"
}

extension Finding {
  /// Whether it leaves no way known between client and memory.
  fileprivate var isOnRoute: Bool {
    guard severity >= .unknown else { return false }
    return switch code {
    case .pathUnseen, .configUnseen, .redirectUnseen, .hostBridgeUnlisted, .hostBridgesDiffer,
      .hostBridgeNewer, .hostBridgeUnseen, .kernelUnseen, .processorUnseen:
      true
    default: false
    }
  }
}
