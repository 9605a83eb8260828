public import PCI

/// What a client may use to reach a provider's memory.
public struct Verdict: Sendable, Hashable {
  /// The answer.
  public enum Answer: String, Sendable, CaseIterable {
    /// The provider's bus address: the request turns at a bridge below the host.
    case busAddress = "bus-address"
    /// The CPU-physical address: the request turns at the host bridge.
    case cpuAddress = "cpu-address"
    /// An address of the client's own IOMMU domain, which its owner alone can tell.
    case iovaOnly = "iova-only"
    /// Nothing.
    case notSupported = "not-supported"
    /// It cannot be known.
    case unknown

    /// How good it is: of two, the greater is what one would rather have.
    public var merit: Int {
      switch self {
      case .notSupported: 0
      case .unknown: 1
      case .iovaOnly: 2
      case .cpuAddress: 3
      case .busAddress: 4
      }
    }

    /// The failure that stands for it; nil where there is an address.
    public var code: Failure.Code? {
      switch self {
      case .busAddress, .cpuAddress, .iovaOnly: nil
      case .notSupported: .refused
      case .unknown: .unknown
      }
    }

    /// What a person reads.
    public var sentence: String {
      switch self {
      case .busAddress: "may use bus addresses"
      case .cpuAddress: "may use CPU-physical addresses"
      case .iovaOnly: "may use addresses of its own IOMMU domain only"
      case .notSupported: "cannot reach it"
      case .unknown: "cannot be judged"
      }
    }
  }

  /// Who does the DMA.
  public let client: FunctionAddress
  /// Whose memory it is.
  public let provider: FunctionAddress
  /// The answer.
  public let answer: Answer
  /// The way between them; nil when the machine does not show it.
  public let route: Route?
  /// Why, the weightiest first.
  public let findings: [Finding]

  /// The verdict that findings leave of what the route alone would allow.
  init(
    client: FunctionAddress, provider: FunctionAddress, allowing answer: Answer, route: Route?,
    findings: [Finding]
  ) {
    self.client = client
    self.provider = provider
    self.route = route
    self.findings = findings.enumerated().sorted {
      $0.element.weight == $1.element.weight
        ? $0.offset < $1.offset : $0.element.weight > $1.element.weight
    }.map(\.element)
    self.answer =
      switch findings.map(\.weight).max() {
      case .refusal: .notSupported
      case .unknown: .unknown
      case .warning, .note, nil: answer
      }
  }
}
