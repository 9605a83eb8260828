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
    #expect(topology.kept == nil)
    #expect(try Topology(of: [wanted], keeping: wanted, in: root).kept?.address == wanted)
    withExtendedLifetime(machine) {}
  }

  @Test func aBridgeThatIsMissingBreaksTheChain() throws {
    let (machine, root) = try machine(["pci0000:00/0000:00:01.0/0000:01:00.0"])
    let topology = try Topology(in: root)
    #expect(topology.nodes.count == 1)
    #expect(try chain("0000:01:00.0", topology) == nil)
    withExtendedLifetime(machine) {}
  }

  /// A name whose link leads to another's folder tells nothing, not the other's facts.
  @Test(arguments: [true, false])
  func aLinkToAnothersFolderIsNotFollowed(_ isAsked: Bool) throws {
    let (machine, root) = try machine([
      "pci0000:00/0000:00:01.0", "pci0000:00/0000:00:01.0/0000:01:00.0",
      "pci0000:00/0000:00:02.0",
    ])
    let wanted = try #require(FunctionAddress("0000:01:00.0"))
    func nodes() throws -> Set<String> {
      Set(try Topology(of: isAsked ? [wanted] : nil, in: root).nodes.keys.map(\.description))
    }
    #expect(try nodes().contains("0000:01:00.0"))
    try machine.link(
      "sys/bus/pci/devices/0000:01:00.0", to: "../../../devices/pci0000:00/0000:00:02.0")
    #expect(try !nodes().contains("0000:01:00.0"))
    #expect(throws: Errno.badMessage) { try Function(wanted, in: root) }
    #expect(Function.isListed(wanted, in: root))
    #expect(try Region.memory(in: root).isEmpty)
  }

  @Test func aBridgeWhoseLinkLeadsAstrayBreaksTheChain() throws {
    let (machine, root) = try machine([
      "pci0000:00/0000:00:01.0", "pci0000:00/0000:00:01.0/0000:01:00.0",
      "pci0000:00/0000:00:02.0",
    ])
    #expect(try chain("0000:01:00.0", Topology(in: root))?.count == 2)
    try machine.link(
      "sys/bus/pci/devices/0000:00:01.0", to: "../../../devices/pci0000:00/0000:00:02.0")
    let wanted = try #require(FunctionAddress("0000:01:00.0"))
    #expect(try chain("0000:01:00.0", Topology(in: root)) == nil)
    #expect(try chain("0000:01:00.0", Topology(of: [wanted], in: root)) == nil)
  }

  @Test(arguments: ["devices", "pci0001:00", "pci0000", "pci0000:00:00", "platform"])
  func aPathThatEndsAtNoRootBusIsNone(_ top: String) throws {
    let (machine, root) = try machine(["\(top)/0000:00:01.0"])
    #expect(try Topology(in: root).nodes.isEmpty)
    withExtendedLifetime(machine) {}
  }

  /// Bridges one above another, as long as addresses suffice, the last on a root bus.
  private func tower(_ height: Int) -> [Node] {
    func address(_ step: Int) -> FunctionAddress? {
      let hex = String(step >> 8 & 0xFF, radix: 16)
      return FunctionAddress("0000:\(hex):\(String(step >> 3 & 0x1F, radix: 16)).\(step & 7)")
    }
    return (0..<height).compactMap { step in
      address(step).map {
        Node($0, parent: step == 0 ? nil : address(step - 1), rootBus: "pci0000:00")
      }
    }
  }

  @Test(arguments: [(1, true), (256, true), (257, false), (6000, false)])
  func noChainIsDeeperThanADomainHasBuses(_ height: Int, _ isPossible: Bool) throws {
    let nodes = tower(height)
    let topology = Topology(nodes)
    let top = try #require(nodes.last?.address)
    #expect((topology.chain(from: top) != nil) == isPossible)
    #expect(topology.isTooDeep(top) != isPossible)
  }

  @Test func circlesAreTooDeep() throws {
    var nodes = tower(3)
    nodes[0].parent = nodes[2].address
    let topology = Topology(nodes)
    #expect(topology.chain(from: nodes[1].address) == nil)
    #expect(topology.isTooDeep(nodes[1].address))
    // A bridge that is missing is another matter.
    #expect(!Topology(Array(nodes.dropFirst(2))).isTooDeep(nodes[2].address))
  }

  @Test(
    arguments: [
      ("64\n", 64), ("0\n", 0), ("65\n", nil), ("999\n", nil), ("-1\n", nil), ("", nil),
      ("x\n", nil), ("18446744073709551616\n", nil),
    ] as [(String, Int?)])
  func masks(_ text: String, _ expected: Int?) throws {
    let (machine, root) = try machine(["pci0000:00/0000:00:01.0"])
    try machine.put(text, at: "sys/devices/pci0000:00/0000:00:01.0/dma_mask_bits")
    #expect(try Topology(in: root).nodes.values.first?.dmaMaskBits == expected)
  }

  /// A configuration space of 256 bytes with power management that says so.
  private func config(power: UInt8?) -> [UInt8] {
    var space = [UInt8](repeating: 0, count: 256)
    if let power { (space[0x06], space[0x34], space[0x40], space[0x44]) = (0x10, 0x40, 1, power) }
    return space
  }

  /// What the kernel says, what the register says (nil without one), and what is believed.
  static let powers: [(String?, UInt8?, Function.PowerState)] = [
    ("D0", 0, .awake), ("D0", nil, .awake), ("D0", 3, .hot), ("D3hot", 0, .hot),
    ("D3cold", nil, .cold), ("unknown", nil, .awake), ("unknown", 0, .awake),
    ("unknown", 3, .hot), (nil, nil, .awake), (nil, 0, .awake), (nil, 3, .hot),
    ("error", 0, .error), ("D3", 0, .error), ("", 0, .error), ("d0", nil, .error),
  ]

  @Test(arguments: powers)
  func power(_ told: String?, _ shown: UInt8?, _ expected: Function.PowerState) throws {
    let (machine, root) = try machine(["pci0000:00/0000:00:01.0"])
    let folder = "sys/devices/pci0000:00/0000:00:01.0"
    try machine.put(config(power: shown), at: folder + "/config")
    if let told { try machine.put(told + "\n", at: folder + "/power_state") }
    #expect(try Topology(in: root).nodes.values.first?.powerState == expected)
  }

  @Test(arguments: [(nil, Function.PowerState.unknown), ("D0", .awake), ("unknown", .unknown)])
  func powerWithoutTheRegister(_ told: String?, _ expected: Function.PowerState) throws {
    let (machine, root) = try machine(["pci0000:00/0000:00:01.0"])
    let folder = "sys/devices/pci0000:00/0000:00:01.0"
    try machine.put(Array(config(power: 0).prefix(64)), at: folder + "/config")
    if let told { try machine.put(told + "\n", at: folder + "/power_state") }
    #expect(try Topology(in: root).nodes.values.first?.powerState == expected)
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
    for list in Self.lists where group == nil { try machine.makeFolder(list) }
    if let group {
      try machine.link(
        "sys/devices/pci0000:00/0000:00:01.0/iommu_group",
        to: "../../../kernel/iommu_groups/\(group)")
    }
    if let type { try machine.put(type + "\n", at: "sys/kernel/iommu_groups/3/type") }
    if group != nil {
      try machine.link(
        "sys/kernel/iommu_groups/3/devices/0000:00:01.0",
        to: "../../../../devices/pci0000:00/0000:00:01.0")
    }
    #expect(try Topology(in: root).nodes.values.first?.translation == expected)
  }

  private static let lists = ["sys/kernel/iommu_groups", "sys/class/iommu"]

  /// What stands before a function without a link to a group.
  private func translationWithoutGroup(_ body: (Sysroot) throws -> Void) throws -> Translation? {
    let (machine, root) = try machine(["pci0000:00/0000:00:01.0"])
    for list in Self.lists { try machine.makeFolder(list) }
    try body(machine)
    return try Topology(in: root).nodes.values.first?.translation
  }

  @Test func onlyEmptyListsShowThatThereIsNoIOMMU() throws {
    #expect(try translationWithoutGroup { _ in } == .absent)
    for list in Self.lists {
      #expect(try translationWithoutGroup { try $0.remove(list) } == .unknown)
      #expect(try translationWithoutGroup { try $0.makeFolder(list + "/0") } == .unknown)
      let file = try translationWithoutGroup {
        try $0.remove(list)
        try $0.put("", at: list)
      }
      #expect(file == .unknown)
    }
    let neither = try translationWithoutGroup { machine in
      for list in Self.lists { try machine.remove(list) }
    }
    #expect(neither == .unknown)
    let link = "sys/devices/pci0000:00/0000:00:01.0/iommu_group"
    #expect(try translationWithoutGroup { try $0.put("0\n", at: link) } == .unknown)
    #expect(try translationWithoutGroup { try $0.link(link, to: "/") } == .unknown)
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

  /// That there is no driver shows by the folder; a name there that is no link tells nothing.
  @Test(arguments: ["0000:05:00.0", "0000:05:00.1"])
  func aDriverThatIsNotSeenMayBeAPrograms(_ member: String) throws {
    let found = try translationInAGroup {
      try $0.put("", at: "sys/devices/pci0000:00/\(member)/driver")
    }
    #expect(found == .unknown)
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
