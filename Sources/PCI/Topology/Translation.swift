internal import Linux
internal import SystemPackage

/// What an IOMMU does between a function's DMA and the host's memory.
public enum Translation: Sendable, Hashable {
  /// No IOMMU.
  case absent
  /// An IOMMU that passes the function's addresses on as they are.
  case identity
  /// An IOMMU that translates, on behalf of the kernel's DMA interface or of a program.
  case translating
  /// An IOMMU that lets nothing through.
  case blocked
  /// Whether there is an IOMMU, or what it does, cannot be known.
  case unknown

  /// Reads what a function's IOMMU does: `iommu_group_show_type`, drivers/iommu/iommu.c.
  /// - Parameters:
  ///   - folder: the function's folder in sysfs.
  ///   - driver: what is bound to the function. VFIO replaces the default domain of the whole
  ///     group by one of the program's own, which `type` does not show.
  init(of folder: FilePath, driver: SysfsLink, in root: SystemRoot) {
    let link = root.link(Self.link, in: folder)
    guard let group = link.name else {
      self = link == .absent && Self.showsNone(in: root) ? .absent : .unknown
      return
    }
    guard group.utf8.count < 16, SysfsNumber.decimal(group) != nil else {
      self = .unknown
      return
    }
    let groupFolder = Self.groups.entry(group)
    self.init(
      type: try? root.text(groupFolder.entry("type")), driver: driver.name,
      others: driver == .unseen
        ? nil : Self.drivers(in: groupFolder.entry("devices"), besides: folder, in: root))
  }

  private static let link = "iommu_group"
  private static let groups: FilePath = "sys/kernel/iommu_groups"
  private static let units: FilePath = "sys/class/iommu"

  /// Whether a machine shows that it has no IOMMU: the lists of groups and of IOMMUs are there and
  /// empty.
  ///
  /// A kernel that can drive IOMMUs makes both lists, whether it finds any or not: `iommu_init`,
  /// drivers/iommu/iommu.c, and `iommu_dev_init`, drivers/iommu/iommu-sysfs.c. Where one is missing
  /// or lists anything, a link that is not there may be one that was not seen.
  private static func showsNone(in root: SystemRoot) -> Bool {
    guard let groups = try? root.names(in: groups), let units = try? root.names(in: units) else {
      return false
    }
    return groups.isEmpty && units.isEmpty
  }

  /// What an IOMMU does by the type of the group's default domain; nil where it is not readable.
  /// - Parameter others: the drivers of the group's other members; nil where they are not known.
  public init(type: String?, driver: String?, others: [String]?) {
    let drivers = (others ?? []) + (driver.map { [$0] } ?? [])
    if drivers.contains(where: Self.isUserspaceDriver) {
      self = .translating
      return
    }
    switch others == nil ? nil : type {
    case "identity": self = .identity
    case "DMA", "DMA-FQ", "unmanaged": self = .translating
    case "blocked": self = .blocked
    default: self = .unknown
    }
  }

  /// The drivers of a group's other members; nil when one cannot be looked at, or the list does not
  /// even have the function that the group was found by.
  private static func drivers(
    in members: FilePath, besides folder: FilePath, in root: SystemRoot
  ) -> [String]? {
    guard let names = try? root.names(in: members), let own = folder.lastComponent?.string,
      names.contains(own)
    else { return nil }
    var drivers: [String] = []
    for name in names where name != own {
      switch root.link("driver", in: members.entry(name)) {
      case .to(let driver): drivers.append(driver)
      case .absent: break
      case .unseen: return nil
      }
    }
    return drivers
  }

  /// Whether a driver lends its functions to a userspace program with its own IOMMU domain: VFIO
  /// and vDPA, by whatever maker's name, as `mlx5_vfio_pci`, `vp-vdpa` and `ifcvf`.
  public static func isUserspaceDriver(_ driver: String) -> Bool {
    driver.holds("vfio") || driver.holds("vdpa") || driver == "ifcvf"
  }
}
