@testable import Iopmem
import Linux
import PCI
import SystemPackage
import TestSupport
import Testing

/// Maps for a client, on captured machines changed to what a case needs.
@Suite struct ClientAddressingTests {
  /// The machine whose client 05:00.0 is below the provider's switch, and the bridge above it.
  private static let original = Project.folder + "/fixtures/sysroots/iopmem-switch"
  private static let port = "sys/devices/pci0000:00/0000:00:01.0/0000:01:00.0/0000:02:02.0"
  private static let host = "sys/devices/pci0000:00/0000:00:00.0"

  /// Changes bytes of a function's config.
  private func patch(_ machine: Sysroot, _ folder: String, _ bytes: [Int: UInt8]) throws {
    let root = SystemRoot(FilePath(Self.original))
    var config = try root.bytes(FilePath(folder).appending("config"))
    for (place, byte) in bytes { config[place] = byte }
    try machine.put(config, at: folder + "/config")
  }

  /// A machine whose client's requests go through a good host bridge, by access control.
  private func redirecting(translation: String? = nil) throws -> Sysroot {
    let machine = try Sysroot(copyOf: Self.original)
    // An ACS capability at 0x150, behind the one at 0x100, with the two redirections.
    try patch(machine, Self.port, [0x103: 0x15, 0x150: 0x0D, 0x152: 0x01, 0x156: 0x0C])
    try machine.put("0x2020\n", at: Self.host + "/device")
    if let translation {
      try machine.link(
        Self.port + "/0000:05:00.0/iommu_group", to: "../../../../../../kernel/iommu_groups/7")
      try machine.put(translation + "\n", at: "sys/kernel/iommu_groups/7/type")
      try machine.link(
        "sys/kernel/iommu_groups/7/devices/0000:05:00.0",
        to: "../../../../../" + Self.port + "/0000:05:00.0")
    } else {
      for list in ["sys/kernel/iommu_groups", "sys/class/iommu"] { try machine.makeFolder(list) }
    }
    return machine
  }

  private func map(
    _ machine: Sysroot, client: String = "0000:05:00.0", iovaBase: UInt64? = nil
  ) throws -> FileMap {
    let root = SystemRoot(FilePath(machine.path))
    let window = try WindowResolver(root).window(
      of: try BlockDevice.number(at: "iopmem0", in: root))
    var map = FileMap(
      path: "/file", size: ByteCount(4096), identity: try .example(), fileSystem: "ext4",
      device: "/dev/iopmem0", window: window, dax: true, pinned: false, overrides: [],
      range: FileOffset(0)..<FileOffset(4096), holeBytes: .zero,
      fingerprint: Fingerprint(high: 1, low: 2))
    var addressing = ClientAddressing(
      for: Client(try #require(FunctionAddress(client))), iovaBase: iovaBase, in: root)
    try addressing.address(&map)
    return map
  }

  @Test func busAddresses() throws {
    let map = try map(try Sysroot(copyOf: Self.original))
    #expect(map.client?.answer == .busAddress)
    #expect(map.clientAddress(of: BarOffset(0x1000)) == 0x1_0000_1000)
    #expect(map.clientAddress(of: BarOffset(512 << 20)) == nil)
    #expect(map.window.source == .driver)
  }

  @Test(arguments: [nil, "identity"])
  func processorAddresses(_ translation: String?) throws {
    let map = try map(try redirecting(translation: translation))
    #expect(map.client?.answer == .cpuAddress)
    #expect(map.clientAddress(of: BarOffset(0x1000)) == 0x1_0000_1000)
  }

  @Test func domainAddressesNeedTheirBase() throws {
    let machine = try redirecting(translation: "DMA-FQ")
    let failure = #expect(throws: Failure.self) { try map(machine) }
    #expect(failure?.code == .refused)
    #expect(failure?.remedy?.contains("--iova-base") == true)
    #expect(failure?.remedy?.contains("iopmem lease --for 0000:05:00.0") == true)
    let mapped = try map(machine, iovaBase: 0x7000_0000)
    #expect(mapped.client?.answer == .iovaOnly)
    #expect(mapped.window.source == .mapped)
    #expect(mapped.clientAddress(of: BarOffset(0x1000)) == 0x7000_1000)
    #expect(throws: Failure.self) { try map(machine, iovaBase: .max - 0x1000) }
  }

  @Test func theBaseIsNotUsedWhereRequestsTurnBelowTheHost() throws {
    let map = try map(try Sysroot(copyOf: Self.original), iovaBase: 0x7000_0000)
    #expect(map.client?.answer == .busAddress)
    #expect(map.clientAddress(of: BarOffset(0)) == 0x1_0000_0000)
  }

  @Test func addressBitsThatAreTooFew() throws {
    let machine = try Sysroot(copyOf: Self.original)
    try machine.put("32\n", at: Self.port + "/0000:05:00.0/dma_mask_bits")
    let failure = #expect(throws: Failure.self) { try map(machine) }
    #expect(failure?.code == .refused)
    #expect(failure?.reason.contains("32 bits of DMA addresses") == true)
    let domain = try redirecting(translation: "DMA")
    try domain.put("32\n", at: Self.port + "/0000:05:00.0/dma_mask_bits")
    #expect(throws: Failure.self) { try map(domain, iovaBase: 0xF000_0000) }
    #expect(try map(domain, iovaBase: 0x1000_0000).client?.answer == .iovaOnly)
  }

  @Test func refusedAndUnknown() throws {
    let machine = try redirecting()
    try machine.put("0x29c0\n", at: Self.host + "/device")
    #expect(#expect(throws: Failure.self) { try map(machine) }?.code == .refused)
    try machine.put([UInt8](repeating: 0, count: 64), at: Self.port + "/config")
    #expect(#expect(throws: Failure.self) { try map(machine) }?.code == .refused)
    let unseen = try Sysroot(copyOf: Self.original)
    let root = SystemRoot(FilePath(Self.original))
    let config = try root.bytes(FilePath(Self.port).appending("config"))
    try unseen.put(Array(config.prefix(64)), at: Self.port + "/config")
    #expect(#expect(throws: Failure.self) { try map(unseen) }?.code == .unknown)
    #expect(
      #expect(throws: Failure.self) { try map(unseen, client: "0000:0f:00.0") }?.code == .failed)
  }
}
