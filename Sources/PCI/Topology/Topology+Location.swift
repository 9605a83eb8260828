internal import Linux
internal import SystemPackage

extension Topology {
  /// Where a function hangs, without a look at the function itself.
  public struct Location: Sendable, Hashable {
    /// The function.
    public let address: FunctionAddress
    /// The bridge above it.
    public let parent: FunctionAddress?
    /// The root bus.
    public let rootBus: String
    /// The function's own folder in sysfs, where the link of its name was followed there.
    var home: FilePath?
  }
}

extension Topology {
  /// Where some functions hang and the bridges above them, and the first function of their root
  /// buses, without a look at the others.
  static func locations(
    of wanted: [FunctionAddress], in root: SystemRoot
  ) -> [FunctionAddress: Location] {
    var locations: [FunctionAddress: Location] = [:]
    for function in wanted {
      guard var folder = try? Function.home(of: function, in: root) else { continue }
      var next: FunctionAddress? = function
      while let address = next {
        guard let location = Location(address, folder) else { break }
        locations[address] = location
        folder.removeLastComponent()
        next = location.parent
      }
      addFirst(onRootBus: folder, to: &locations, in: root)
    }
    return locations
  }

  /// Adds the location of a root bus's first function, by which its host bridge is known: by the names
  /// in the bus's folder, where one stays whose link is gone.
  private static func addFirst(
    onRootBus folder: FilePath, to locations: inout [FunctionAddress: Location], in root: SystemRoot
  ) {
    let names = (try? root.names(in: folder)) ?? []
    if let first = names.lazy.compactMap({ FunctionAddress($0) }).min(), locations[first] == nil {
      locations[first] = Location(first, folder.appending(first.description))
    }
  }

  /// Where each function hangs, by where the links in `sys/bus/pci/devices` lead.
  static func locations(in root: SystemRoot) throws(Errno) -> [FunctionAddress: Location] {
    let folder: FilePath = "sys/bus/pci/devices"
    var locations: [FunctionAddress: Location] = [:]
    var rootBuses: Set<FilePath> = []
    var links = LinkResolver(of: folder, in: root)
    for name in try root.names(in: folder) {
      guard let address = FunctionAddress(name),
        let home = try? Function.home(of: address, at: links.resolved(name)),
        var location = Location(address, home)
      else { continue }
      location.home = home
      locations[address] = location
      if location.parent == nil { rootBuses.insert(home.removingLastComponent()) }
    }
    for bus in rootBuses { addFirst(onRootBus: bus, to: &locations, in: root) }
    return locations
  }
}

extension Topology.Location {
  /// The location that a folder's path tells, as `…/pci0000:00/0000:00:01.0/0000:01:00.0` does; nil
  /// for a path that ends at no root bus of the function's domain.
  ///
  /// A host bridge may itself hang on a function, as a VMD's does: what is no function's name ends
  /// the way up, and is the root bus, `pci%04x:%02x` (`pci_register_host_bridge`,
  /// drivers/pci/probe.c).
  init?(_ address: FunctionAddress, _ folder: FilePath) {
    let above = folder.components.dropLast().reversed().map(\.string)
    guard let rootBus = above.first(where: { FunctionAddress($0) == nil }),
      rootBus.hasPrefix("pci"),
      FunctionAddress(rootBus.dropFirst(3) + ":00.0")?.domain == address.domain
    else { return nil }
    self.address = address
    self.rootBus = rootBus
    parent = above.first.flatMap { FunctionAddress($0) }
  }
}
