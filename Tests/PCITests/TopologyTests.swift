import Linux
import PCI
import SystemPackage
import TestSupport
import Testing

@Suite struct TopologyTests {
  private func machine(_ paths: [String]) throws -> (Sysroot, SystemRoot) {
    let machine = try Sysroot()
    for path in paths {
      let name = try #require(path.split(separator: "/").last)
      try machine.put([UInt8](repeating: 0, count: 64), at: "sys/devices/\(path)/config")
      try machine.link("sys/bus/pci/devices/\(name)", to: "../../../devices/\(path)")
    }
    return (machine, SystemRoot(FilePath(machine.path)))
  }

  private func chain(_ name: String, _ topology: Topology) throws -> [String]? {
    topology.chain(from: try #require(FunctionAddress(name)))?.map(\.address.description)
  }

  @Test func parentsAndRootBuses() throws {
    let (machine, root) = try machine([
      "pci0000:00/0000:00:01.0", "pci0000:00/0000:00:01.0/0000:01:00.0",
      "pci0000:00/0000:00:0e.0", "pci0000:00/0000:00:0e.0/pci10000:e0/10000:e0:06.0",
      "pci0000:00/0000:00:0e.0/pci10000:e0/10000:e0:06.0/10000:e1:00.0",
      "LNXSYSTM:00/LNXSYBUS:00/pci0000:40/0000:40:00.0",
    ])
    let topology = try Topology(in: root)
    #expect(topology.nodes.count == 6)
    #expect(try chain("0000:01:00.0", topology) == ["0000:01:00.0", "0000:00:01.0"])
    #expect(try chain("10000:e1:00.0", topology) == ["10000:e1:00.0", "10000:e0:06.0"])
    let buses = Set(topology.nodes.values.map(\.rootBus))
    #expect(buses == ["pci0000:00", "pci10000:e0", "pci0000:40"])
    withExtendedLifetime(machine) {}
  }

  @Test func onlyWhatIsAskedAbout() throws {
    let (machine, root) = try machine([
      "pci0000:00/0000:00:00.0", "pci0000:00/0000:00:01.0",
      "pci0000:00/0000:00:01.0/0000:01:00.0", "pci0000:00/0000:00:02.0",
    ])
    let wanted = try #require(FunctionAddress("0000:01:00.0"))
    let topology = try Topology(of: [wanted], in: root)
    #expect(
      topology.nodes.keys.map(\.description).sorted() == [
        "0000:00:00.0", "0000:00:01.0", "0000:01:00.0",
      ])
    guard case .first = topology.host(of: "pci0000:00") else {
      Issue.record("no host bridge")
      return
    }
    withExtendedLifetime(machine) {}
  }

  @Test func aBridgeThatIsMissingBreaksTheChain() throws {
    let (machine, root) = try machine(["pci0000:00/0000:00:01.0/0000:01:00.0"])
    let topology = try Topology(in: root)
    #expect(topology.nodes.count == 1)
    #expect(try chain("0000:01:00.0", topology) == nil)
    withExtendedLifetime(machine) {}
  }

  @Test func noFunctions() throws {
    let machine = try Sysroot()
    #expect(throws: Errno.noSuchFileOrDirectory) {
      try Topology(in: SystemRoot(FilePath(machine.path)))
    }
  }

  static let translations: [(String?, String?, Translation)] = [
    (nil, nil, .absent), ("3", "identity", .identity), ("3", "DMA", .translating),
    ("3", "DMA-FQ", .translating), ("3", "blocked", .blocked), ("3", "unmanaged", .translating),
    ("3", "something new", .unknown), ("3", nil, .unknown), ("..", "identity", .unknown),
  ]

  @Test(arguments: translations)
  func translation(_ group: String?, _ type: String?, _ expected: Translation) throws {
    let (machine, root) = try machine(["pci0000:00/0000:00:01.0"])
    if let group {
      try machine.link(
        "sys/devices/pci0000:00/0000:00:01.0/iommu_group",
        to: "../../../kernel/iommu_groups/\(group)")
    }
    if let type { try machine.put(type + "\n", at: "sys/kernel/iommu_groups/3/type") }
    try machine.link(
      "sys/kernel/iommu_groups/3/devices/0000:00:01.0",
      to: "../../../../devices/pci0000:00/0000:00:01.0")
    #expect(try Topology(in: root).nodes.values.first?.translation == expected)
  }

  /// What stands before 05:00.0, which has no driver, in a group with 05:00.1.
  private func translationInAGroup(_ body: (Sysroot) throws -> Void) throws -> Translation? {
    let (machine, root) = try machine(["pci0000:00/0000:05:00.0", "pci0000:00/0000:05:00.1"])
    for name in ["0000:05:00.0", "0000:05:00.1"] {
      let folder = "devices/pci0000:00/\(name)"
      try machine.link("sys/\(folder)/iommu_group", to: "../../../kernel/iommu_groups/3")
      try machine.link("sys/kernel/iommu_groups/3/devices/\(name)", to: "../../../../\(folder)")
    }
    try machine.put("identity\n", at: "sys/kernel/iommu_groups/3/type")
    try body(machine)
    let topology = try Topology(of: [try #require(FunctionAddress("0000:05:00.0"))], in: root)
    return topology.nodes.values.first { $0.address.function == 0 }?.translation
  }

  @Test(arguments: [("vfio-pci", Translation.translating), ("nvme", .identity)])
  func aProgramsDomainIsTheWholeGroups(_ driver: String, _ expected: Translation) throws {
    let found = try translationInAGroup {
      let link = "sys/devices/pci0000:00/0000:05:00.1/driver"
      try $0.link(link, to: "../../../bus/pci/drivers/\(driver)")
    }
    #expect(found == expected)
  }

  @Test func aGroupWhoseMembersAreNotSeenIsUnknown() throws {
    let members = "sys/kernel/iommu_groups/3/devices"
    #expect(try translationInAGroup { _ in } == .identity)
    #expect(try translationInAGroup { try $0.remove(members) } == .unknown)
    #expect(try translationInAGroup { try $0.remove(members + "/0000:05:00.0") } == .unknown)
    let gone = try translationInAGroup {
      try $0.link(members + "/0000:05:00.1", to: "../nowhere")
    }
    #expect(gone == .unknown)
  }

  @Test(arguments: [
    "vfio-pci", "mlx5_vfio_pci", "hisi_acc_vfio_pci", "nvgrace_gpu_vfio_pci", "virtio_vfio_pci",
    "qat_vfio_pci", "pds_vfio_pci", "vp-vdpa", "ifcvf",
  ])
  func aProgramsOwnDomainTranslates(_ driver: String) {
    for type in ["identity", "blocked", nil] {
      #expect(Translation(type: type, driver: driver, others: nil) == .translating)
      #expect(Translation(type: type, driver: nil, others: ["nvme", driver]) == .translating)
    }
  }

  @Test(arguments: [nil, "nvme", "mlx5_core", "virtio-pci", "pci-stub", "uio_pci_generic"])
  func otherDriversHaveTheGroupsDomain(_ driver: String?) {
    #expect(Translation(type: "identity", driver: driver, others: ["nvme"]) == .identity)
    #expect(Translation(type: "identity", driver: driver, others: nil) == .unknown)
  }
}
