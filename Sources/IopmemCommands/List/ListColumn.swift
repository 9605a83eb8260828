internal import Iopmem

/// A column of `iopmem list`.
enum ListColumn: String, CaseIterable {
  case name = "NAME"
  case function = "FUNCTION"
  case bar = "BAR"
  case busAddress = "BUS-ADDRESS"
  case cpuAddress = "CPU-ADDRESS"
  case size = "SIZE"
  case fileSystem = "FSTYPE"
  case mountPoints = "MOUNTPOINTS"
  case dax = "DAX"
  case mountDAX = "FSDAX"
  case node = "NODE"
  case label = "LABEL"
  case uuid = "UUID"
  case used = "USED"
  case free = "FREE"
  case largest = "LARGEST"
  case files = "FILES"
  case pins = "PINS"
  case leases = "LEASES"
  case driver = "DRIVER"
  case vendor = "VENDOR"
  case model = "MODEL"

  /// The column of a name in letters of either case.
  init?(name: some StringProtocol) { self.init(rawValue: name.uppercased()) }

  /// The usual ones.
  static let usual: [ListColumn] = [
    .name, .function, .bar, .busAddress, .size, .fileSystem, .mountPoints, .cpuAddress, .dax,
    .mountDAX, .node, .label, .uuid,
  ]

  /// Those that tell of the file system.
  static let ofFileSystems: [ListColumn] = [
    .name, .fileSystem, .size, .used, .free, .largest, .files, .pins, .leases, .mountPoints, .label,
    .uuid,
  ]

  /// What must be found out for it, beyond what the kernel's folders say.
  var facts: Inventory.Facts {
    switch self {
    case .bar, .busAddress, .cpuAddress: .window
    case .fileSystem, .label, .uuid: .content
    case .used, .free, .largest: .space
    case .files, .pins: .files
    case .leases: .leases
    case .vendor, .model: .identity
    case .name, .function, .size, .mountPoints, .dax, .mountDAX, .node, .driver: []
    }
  }

  /// Whether only the running machine tells it: a capture holds no devices, which could be read.
  var needsDevices: Bool {
    !facts.isDisjoint(with: [.content, .space, .files, .leases])
  }

  /// Whether it is set to the right, as numbers are.
  var isRight: Bool {
    switch self {
    case .bar, .busAddress, .cpuAddress, .size, .node, .used, .free, .largest, .files, .pins,
      .leases:
      true
    default: false
    }
  }

  /// Whether its cells may be cut where a line is too short: names that people gave.
  var canBeCut: Bool { [.mountPoints, .label, .vendor, .model].contains(self) }

  /// What it tells, in a few words.
  var summary: String {
    switch self {
    case .name: "the kernel's name"
    case .function: "PCI function"
    case .bar: "the function's BAR"
    case .busAddress: "bus address of byte 0"
    case .cpuAddress: "CPU-physical address of byte 0"
    case .size: "length"
    case .fileSystem: "file system"
    case .mountPoints: "where it is mounted"
    case .dax: "whether the driver offers DAX"
    case .mountDAX: "the mount's DAX mode"
    case .node: "NUMA node"
    case .label: "the file system's label"
    case .uuid: "the file system's UUID"
    case .used: "what is not free"
    case .free: "what is free"
    case .largest: "the longest free run from a multiple of 2 MiB on"
    case .files: "how many files there are"
    case .pins: "how many of them are pinned"
    case .leases: "how many leases the driver has given"
    case .driver: "the driver"
    case .vendor: "the function's maker"
    case .model: "what the maker calls it"
    }
  }
}
