public import PCI

/// Which address a client may use to reach a provider's memory, and why.
public struct Verdict: Sendable, Hashable {
  /// The answer.
  public enum Answer: String, Sendable, CaseIterable {
    /// The provider's bus address: the request turns at a bridge below the host.
    case busAddress = "bus-address"
    /// The CPU-physical address: the request turns at the host bridge.
    case cpuAddress = "cpu-address"
    /// An address of the client's own IOMMU domain, which its owner alone can tell.
    case iovaOnly = "iova-only"
    /// No address: the client cannot reach the memory.
    case notSupported = "not-supported"
    /// What would decide it could not be read.
    case unknown

    /// Ranks the answers: the greater is the better.
    public var merit: Int {
      switch self {
      case .notSupported: 0
      case .unknown: 1
      case .iovaOnly: 2
      case .cpuAddress: 3
      case .busAddress: 4
      }
    }

    /// The failure code of an answer without an address; nil where there is one.
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

  /// The function that does the DMA.
  public let client: FunctionAddress
  /// The function that holds the memory.
  public let provider: FunctionAddress
  /// The answer.
  public let answer: Answer
  /// The route between them; nil when it could not be read.
  public let route: Route?
  /// The reasons for the answer, the most severe first.
  public let findings: [Finding]

  /// Which address the DMA API of the kernel gives the client's own driver for the same memory: not
  /// the one to use where the answer is another.
  public enum DriverAddress: String, Sendable {
    /// An address of its IOMMU domain.
    case iova
    /// The CPU-physical address.
    case cpuAddress = "cpu-address"
  }

  /// What the client's own driver gets from the DMA API, which takes DAX files for memory of the
  /// host (`iommu_dma_map_phys`, drivers/iommu/dma-iommu.c, and kernel/dma/direct.h); nil where it
  /// is not known, or nothing.
  public var driverAddress: DriverAddress? {
    switch route?.clientChain.first?.translation {
    case .translating: .iova
    case .absent, .identity: .cpuAddress
    case .blocked, .unknown, nil: nil
    }
  }

  /// The same verdict, whose remedies for redirection name the bridges of every client at once: of
  /// several boot parameters the kernel takes the last.
  func disabling(_ redirecting: [FunctionAddress]) -> Verdict {
    Verdict(
      client: client, provider: provider, allowing: answer, route: route,
      findings: findings.map { finding in
        guard finding.code == .redirect, let function = finding.function else { return finding }
        return Finding(
          .redirect, finding.severity, function, finding.sentence,
          remedy: PeerToPeerRules.redirectRemedy(for: function, among: redirecting))
      })
  }

  /// What the kernel does on its own, which the answer does not bind: its drivers' direct I/O between
  /// the client's disk and a DAX file. It finds pages there that it takes for RAM, and asks no
  /// p2pdma (`iomap_dio_bio_iter`, fs/iomap/direct-io.c; `MEMORY_DEVICE_FS_DAX`,
  /// linux/memremap.h). Nil where such I/O arrives: its address is the answer's own.
  var directIO: Finding? {
    switch (answer, driverAddress) {
    case (.busAddress, .cpuAddress?), (.cpuAddress, _), (.iovaOnly, _): nil
    default:
      Finding(
        .directIO, .note, client,
        "has a driver of the kernel's, which takes DAX files for RAM: O_DIRECT there asks none of this, and may lose data in silence",
        remedy: "copy through memory of the host, see iopmem(7)")
    }
  }

  /// The same verdict with one more finding.
  func adding(_ finding: Finding?) -> Verdict {
    finding.map {
      Verdict(
        client: client, provider: provider, allowing: answer, route: route,
        findings: findings + [$0])
    } ?? self
  }

  /// Makes a verdict: the answer that the route allows, unless a finding rules it out.
  init(
    client: FunctionAddress, provider: FunctionAddress, allowing answer: Answer, route: Route?,
    findings: [Finding]
  ) {
    self.client = client
    self.provider = provider
    self.route = route
    self.findings = findings.enumerated().sorted {
      $0.element.severity == $1.element.severity
        ? $0.offset < $1.offset : $0.element.severity > $1.element.severity
    }.map(\.element)
    self.answer =
      switch findings.map(\.severity).max() {
      case .refusal: .notSupported
      case .unknown: .unknown
      case .warning, .note, nil: answer
      }
  }
}
