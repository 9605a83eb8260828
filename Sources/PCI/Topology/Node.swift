public import Linux
internal import SystemPackage

/// A function, as far as the route of a request through the machine depends on it.
///
/// What could not be read is nil, or a case that says so; nothing is assumed.
public struct Node: Sendable, Hashable {
  /// Its name.
  public var address: FunctionAddress
  /// The bridge above it; nil on a root bus. A virtual function's is its physical one's.
  public var parent: FunctionAddress?
  /// The root bus it hangs below, as sysfs names it: `pci0000:00`.
  public var rootBus: String
  /// The maker.
  public var vendor: UInt16?
  /// The maker's number for the device.
  public var device: UInt16?
  /// What it is.
  public var classCode: ClassCode?
  /// The kernel's driver that is bound to it.
  public var driver = SysfsLink.unseen
  /// The NUMA node it hangs on.
  public var numaNode: Int?
  /// The physical function of a virtual one.
  public var physical: FunctionAddress?
  /// Whether its BARs and its COMMAND register are empty, though the kernel assigned addresses:
  /// what a reset leaves.
  public var wasReset = false
  /// Whether the function does not answer.
  public var isGone = false
  /// Its power state; nil where nobody read it.
  public var powerState: Function.PowerState?
  /// The COMMAND register.
  public var command: ConfigSpace.Command?
  /// What kind of PCI Express function it is.
  public var portType: ConfigSpace.PortType?
  /// What it does with requests between peers.
  public var accessControl = AccessControl.unseen
  /// For a bridge: the bus addresses that it passes on downstream; nil where they were not read,
  /// and where its header is no bridge's.
  public var windows: [ClosedRange<UInt64>]?
  /// How many address bits the driver said the function has for DMA, 0 … 64; 32 until a driver says
  /// so.
  public var dmaMaskBits: Int?
  /// What stands between its DMA and the host's memory.
  public var translation = Translation.unknown

  /// A function of which nothing else is known.
  public init(_ address: FunctionAddress, parent: FunctionAddress?, rootBus: String) {
    self.address = address
    self.parent = parent
    self.rootBus = rootBus
  }

  /// Whether it is a bridge to another PCI bus, by its class or else by its header.
  public var isPCIBridge: Bool { classCode?.isPCIBridge ?? (windows != nil) }

  /// Whether it passes on what no other function of its bus claims.
  public var isSubtractive: Bool { classCode?.isSubtractive ?? false }

  /// Whether it may do DMA of its own, as any function but bridges may.
  public var isEndpoint: Bool { classCode.map { !$0.isBridge } ?? (windows == nil) }

  /// Makes a node of a function that was read, and reads what else the route depends on.
  init(_ location: Topology.Location, _ function: Function, in root: SystemRoot) {
    self.init(location.address, parent: location.parent, rootBus: location.rootBus)
    vendor = function.vendor
    device = function.device
    classCode = function.classCode
    driver = function.driver
    numaNode = function.numaNode
    powerState = function.powerState
    physical = function.virtual?.physical
    if let config = try? function.config.get() {
      isGone = config.isGone
      command = config.command
      portType = config.portType
      accessControl = config.accessControl
      windows = config.bridgeWindows
      // A virtual function has no registers to lose.
      wasReset =
        function.virtual == nil && config.hasEmptyRegisters
        && (config.command.map { $0.isDisjoint(with: [.memory, .busMaster]) } ?? false)
        && ((try? function.memoryRegions())?.isEmpty == false)
    }
    dmaMaskBits = (try? root.text(function.home.entry("dma_mask_bits")))
      .flatMap { SysfsNumber.decimal($0) }.flatMap { $0 <= 64 ? Int($0) : nil }
    translation = Translation(of: function.home, driver: driver, in: root)
  }
}
