public import Linux
public import SystemPackage

/// A PCI function as the kernel shows it in `sys/bus/pci/devices`.
///
/// Reading and judging are apart: what could not be read is kept as the reason why not, and only
/// a question that needs it fails.
public struct Function: Sendable {
  /// Its name.
  public let address: FunctionAddress
  /// Its own folder in sysfs, with every link resolved.
  let home: FilePath
  /// The maker; nil when it cannot be read.
  public let vendor: UInt16?
  /// The maker's number for the device; nil when it cannot be read.
  public let device: UInt16?
  /// What it is, by the kernel or else by the function's own register; nil when neither can be
  /// read.
  public let classCode: ClassCode?
  /// The kernel's driver that is bound to it.
  public let driver: SysfsLink
  /// The NUMA node it hangs on; nil when the machine does not say.
  public let numaNode: Int?
  /// Its power state, by the kernel (from 5.11 on) or by its own register, whichever is lower;
  /// `unknown` when neither tells.
  public let powerState: PowerState
  /// Its configuration space.
  public let config: Result<ConfigSpace, Errno>
  /// The lines of `resource`: regions 0 … 5 are the BARs.
  public let regions: Result<[Region?], Errno>
  /// What ties it to its physical function, if it is a virtual one.
  public let virtual: VirtualFunction?

  /// The power state of a function: `pci_power_names`, drivers/pci/pci.c.
  public enum PowerState: String, Sendable {
    case awake = "D0"
    case light = "D1"
    case deeper = "D2"
    case hot = "D3hot"
    case cold = "D3cold"
    /// Neither the kernel nor the function tells.
    case unknown
    /// The kernel's file holds no known state.
    case error

    /// Whether it answers nothing but configuration requests.
    public var isAsleep: Bool {
      switch self {
      case .light, .deeper, .hot, .cold: true
      case .awake, .unknown, .error: false
      }
    }
  }

  /// Reads a function.
  /// - Throws: `noSuchFileOrDirectory` when the machine has none of this name, `badMessage` when
  ///   its link leads to another's folder.
  public init(_ address: FunctionAddress, in root: SystemRoot) throws(Errno) {
    self.init(address, at: try Self.home(of: address, in: root), in: root)
  }

  /// Reads a function whose link may have been followed already.
  /// - Throws: as the other one does.
  init(_ location: Topology.Location, in root: SystemRoot) throws(Errno) {
    guard let home = location.home, try root.exists(home) else {
      self = try Function(location.address, in: root)
      return
    }
    self.init(location.address, at: home, in: root)
  }

  private init(_ address: FunctionAddress, at folder: FilePath, in root: SystemRoot) {
    self.address = address
    home = folder
    vendor = Self.number(folder, "vendor", in: root).flatMap(UInt16.init(exactly:))
    device = Self.number(folder, "device", in: root).flatMap(UInt16.init(exactly:))
    driver = root.link("driver", in: folder)
    numaNode = root.numaNode(of: folder)
    // Before `config`, whose reading wakes the function up.
    let told = Self.toldPowerState(folder, in: root)
    config = Self.config(folder, in: root)
    classCode =
      Self.number(folder, "class", in: root).flatMap(UInt32.init(exactly:)).map { ClassCode($0) }
      ?? (try? config.get())?.classCode
    powerState = PowerState(told: told, shownBy: try? config.get())
    regions = Self.regions(folder, in: root)
    virtual = VirtualFunction(address, folder, in: root)
  }

  /// The function's own folder, with every link resolved.
  /// - Throws: `noSuchFileOrDirectory` when the machine has none of this name, `badMessage` when
  ///   the link of its name leads to another's folder, whose files would be taken for its own.
  static func home(of address: FunctionAddress, in root: SystemRoot) throws(Errno) -> FilePath {
    try home(of: address, at: try root.resolved(folder(of: address)))
  }

  /// Checks where the link of a function's name leads.
  /// - Throws: `badMessage` when that is another's folder.
  static func home(of address: FunctionAddress, at home: FilePath) throws(Errno) -> FilePath {
    guard home.lastComponent?.string == address.description else { throw .badMessage }
    return home
  }

  /// Whether the machine lists a function, wherever its link leads.
  public static func isListed(_ address: FunctionAddress, in root: SystemRoot) -> Bool {
    let list = folder(of: address).removingLastComponent()
    return (try? root.names(in: list))?.contains(address.description) ?? false
  }

  /// Where the kernel shows a function.
  static func folder(of address: FunctionAddress) -> FilePath {
    FilePath("sys/bus/pci/devices").entry(address.description)
  }

  /// The configuration space of the function in a folder.
  static func config(_ folder: FilePath, in root: SystemRoot) -> Result<ConfigSpace, Errno> {
    Result { () throws(Errno) in
      ConfigSpace(try root.bytes(folder.entry("config"), limit: ConfigSpace.limit))
    }
  }

  private static func regions(
    _ folder: FilePath, in root: SystemRoot
  ) -> Result<[Region?], Errno> {
    Result { () throws(Errno) in
      guard let lines = Region.lines(try root.text(folder.entry("resource"))) else {
        throw .badMessage
      }
      return lines
    }
  }

  private static func number(_ folder: FilePath, _ name: String, in root: SystemRoot) -> UInt64? {
    (try? root.text(folder.entry(name))).flatMap { SysfsNumber.hex($0) }
  }
}
