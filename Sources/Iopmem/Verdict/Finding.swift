public import PCI

/// What a check found: a sentence and a remedy for people, a code for scripts.
public struct Finding: Sendable, Hashable {
  /// How severe it is.
  public enum Severity: String, Sendable, Comparable, CaseIterable {
    /// Good to know.
    case note
    /// It works, and not as one may expect.
    case warning
    /// Something could not be read, without which there is no answer.
    case unknown
    /// It does not work, or is not safe.
    case refusal

    /// Whether the left is less severe.
    public static func < (left: Severity, right: Severity) -> Bool { left.rank < right.rank }

    private var rank: Int {
      switch self {
      case .note: 0
      case .warning: 1
      case .unknown: 2
      case .refusal: 3
      }
    }
  }

  /// Names the kind of finding; a name does not change once it exists.
  public let code: Code
  /// How severe it is.
  public let severity: Severity
  /// The function it is about, if it is about one.
  public let function: FunctionAddress?
  /// What is wrong; the function's address comes before it, if there is one.
  public let sentence: String
  /// What to do about it.
  public let remedy: String?

  init(
    _ code: Code, _ severity: Severity, _ function: FunctionAddress?, _ sentence: String,
    remedy: String? = nil
  ) {
    self.code = code
    self.severity = severity
    self.function = function
    self.sentence = sentence
    self.remedy = remedy
  }
}

extension Finding {
  /// The names of what can be found.
  public enum Code: String, Sendable, CaseIterable {
    // Of a client and its way to the provider.
    case pathUnseen = "path-unseen"
    case sameFunction = "same-function"
    case functionGone = "function-gone"
    case configUnseen = "config-unseen"
    case redirect = "acs-redirect"
    case redirectUnseen = "acs-unseen"
    case hostBridgeUnlisted = "host-bridge-unlisted"
    case hostBridgesDiffer = "host-bridge-alone"
    case hostBridgeNewer = "host-bridge-newer-kernel"
    case hostBridgeUnseen = "host-bridge-unseen"
    case kernelUnseen = "kernel-unseen"
    case processorUnseen = "processor-unseen"
    case readsThroughHost = "reads-through-host"
    case translates = "iommu-translates"
    case bypassed = "iommu-bypassed"
    case translationBlocked = "iommu-blocks"
    case translationUnseen = "iommu-unseen"
    case busMasterOff = "bus-master-off"
    case clientReset = "client-reset"
    case clientAsleep = "client-asleep"
    case bridgeAsleep = "bridge-asleep"
    case bridgeDecodingOff = "bridge-decoding-off"
    case bridgeWindow = "bridge-window"
    case bridgeUnseen = "bridge-unseen"
    case powerUnseen = "power-unseen"
    case driverUnseen = "driver-unseen"
    case maskNarrow = "dma-mask-narrow"
    case maskDefault = "dma-mask-default"
    case maskUnseen = "dma-mask-unseen"
    case otherNode = "other-node"
    case directIO = "kernel-direct-io"

    // Of the machine.
    case windowRefused = "window-refused"
    case windowUnknown = "window-unknown"
    case foreignDriver = "driver-foreign"
    case notDAX = "dax-off"
    case daxUnseen = "dax-unseen"
    case misaligned = "not-2m-aligned"
    case sharedSection = "section-shared"
    case addressWidth = "address-width"
    case kernelConfigurationUnseen = "kernel-config-unseen"
    case noDevicePages = "kernel-no-zone-device"
    case noFileSystemDAX = "kernel-no-fs-dax"
    case noLargePages = "kernel-no-large-pages"
    case noPeerDMA = "kernel-no-p2pdma"
    case noBuffers = "kernel-no-dma-buf"
    case buffersUnseen = "dma-buf-unseen"
    case openMemory = "kernel-open-memory"
    case cacheUnseen = "cache-unseen"
    case cached = "cached"
    case otherArchitecture = "other-architecture"
    case givenWindow = "no-function"
    case reverseMap = "xfs-rmapbt"
    case reverseMapUnseen = "xfs-rmapbt-unseen"
  }
}
