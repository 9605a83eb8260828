import Iopmem
import Linux
import PCI
import Testing

/// What the state of the functions on the way makes of an answer.
@Suite struct StateVerdictTests {
  /// The answer for 04:00.0 after a change to one function.
  private func verdict(
    _ name: String, _ body: (inout Node) -> Void
  ) throws -> Verdict {
    var tree = try TestTree()
    try tree.edit(name, body)
    return try tree.verdict(of: "0000:04:00.0")
  }

  static let onTheWay = [
    "0000:04:00.0", "0000:02:01.0", "0000:01:00.0", "0000:02:00.0", "0000:03:00.0",
  ]

  @Test(arguments: onTheWay)
  func gone(_ name: String) throws {
    let verdict = try verdict(name) {
      ($0.isGone, $0.accessControl, $0.command) = (true, .unseen, .init(rawValue: 0xFFFF))
    }
    #expect(verdict.answer == .notSupported)
    #expect(verdict.findings.first?.code == .functionGone)
  }

  @Test(arguments: onTheWay)
  func configThatCannotBeRead(_ name: String) throws {
    let verdict = try verdict(name) { ($0.accessControl, $0.command) = (.unseen, nil) }
    #expect(verdict.answer == .unknown)
    #expect(verdict.codes.isSuperset(of: [.configUnseen, .redirectUnseen]))
  }

  @Test(arguments: [
    ("0000:04:00.0", true), ("0000:02:01.0", true), ("0000:01:00.0", false),
    ("0000:02:00.0", false), ("0000:03:00.0", false), ("0000:00:01.0", false),
  ])
  func busMasteringOff(_ name: String, _ isNeeded: Bool) throws {
    let verdict = try verdict(name) { $0.command = .memory }
    #expect(verdict.answer == (isNeeded ? .notSupported : .busAddress))
    #expect(verdict.codes.contains(.busMasterOff) == isNeeded)
  }

  /// A driver that nobody saw may be any, or none.
  @Test func aDriverThatIsNotSeen() throws {
    for bits in [32, 64] {
      let verdict = try verdict("0000:04:00.0") { ($0.driver, $0.dmaMaskBits) = (.unseen, bits) }
      #expect(verdict.answer == .unknown && verdict.codes.contains(.driverUnseen))
    }
  }

  /// What a reset took is not had back by turning the function on.
  @Test func aClientThatWasReset() throws {
    let verdict = try verdict("0000:04:00.0") { ($0.command, $0.wasReset) = ([], true) }
    #expect(verdict.answer == .notSupported && !verdict.codes.contains(.busMasterOff))
    let remedy = verdict.findings.first { $0.code == .clientReset }?.remedy ?? ""
    #expect(remedy.contains("/remove") && remedy.contains("/sys/bus/pci/rescan"), "\(remedy)")
    #expect(!verdict.findings.contains { $0.remedy?.contains("setpci") == true })
  }

  @Test func throughTheHostEveryBridgeOfTheClientMasters() throws {
    var tree = try TestTree()
    try tree.edit("0000:00:02.0") { $0.command = .memory }
    #expect(try tree.verdict(of: "0000:08:00.0").answer == .notSupported)
  }

  @Test(arguments: [("0000:02:00.0", true), ("0000:00:01.0", true), ("0000:02:01.0", false)])
  func bridgesThatDecodeNothing(_ name: String, _ isNeeded: Bool) throws {
    let verdict = try verdict(name) { $0.command = .busMaster }
    #expect(verdict.answer == (isNeeded ? .notSupported : .busAddress))
    let closed = try self.verdict(name) { $0.windows = [] }
    #expect(closed.codes.contains(.bridgeWindow) == isNeeded)
  }

  @Test func windowsMustCoverAll() throws {
    for windows in [[0x4000_0000...0x43FF_FFFE], [0x4000_0001...0x4FFF_FFFF]]
      as [[ClosedRange<UInt64>]]
    {
      #expect(try verdict("0000:02:00.0") { $0.windows = windows }.answer == .notSupported)
    }
    let subtractive = try verdict("0000:02:00.0") {
      ($0.windows, $0.classCode) = ([], 0x060401)
    }
    #expect(subtractive.answer == .busAddress)
  }

  @Test func sleep() throws {
    let asleep = try verdict("0000:04:00.0") { $0.powerState = .hot }
    #expect(asleep.codes == [.clientAsleep])
    #expect(asleep.answer == .notSupported)
    #expect(try verdict("0000:02:00.0") { $0.powerState = .cold }.answer == .notSupported)
    #expect(try verdict("0000:02:00.0") { $0.powerState = .awake }.codes.isEmpty)
  }

  @Test(arguments: ["0000:02:01.0", "0000:02:00.0", "0000:01:00.0", "0000:00:01.0"])
  func sleepOfABridgeIsToldOnce(_ name: String) throws {
    for bits in [[], AccessControl.Bits.requestRedirect] {
      var tree = try TestTree()
      try tree.edit("0000:03:00.0") { $0.accessControl = .control(bits) }
      try tree.edit(name) { $0.powerState = .hot }
      let verdict = try tree.verdict(of: "0000:04:00.0")
      #expect(verdict.answer == .notSupported)
      let told = verdict.findings.filter { $0.code == .bridgeAsleep }
      #expect(told.map(\.function?.description) == [name])
      let isTheClients = name == "0000:02:01.0"
      #expect(told.first?.sentence.hasSuffix(isTheClients ? "client on" : "provider") == true)
    }
  }

  @Test func throughTheHostNoBridgeOfTheClientSleeps() throws {
    var tree = try TestTree()
    try tree.edit("0000:00:02.0") { $0.powerState = .cold }
    #expect(try tree.verdict(of: "0000:08:00.0").codes.contains(.bridgeAsleep))
  }

  @Test func masks() throws {
    // The bus address needs 31 bits, the CPU-physical one 33.
    #expect(try verdict("0000:04:00.0") { $0.dmaMaskBits = 32 }.answer == .busAddress)
    var tree = try TestTree()
    for (bits, answer) in [(64, .cpuAddress), (33, .cpuAddress), (32, .notSupported)]
      as [(Int, Verdict.Answer)]
    {
      try tree.edit("0000:08:00.0") { $0.dmaMaskBits = bits }
      #expect(try tree.verdict(of: "0000:08:00.0").answer == answer)
    }
    try tree.edit("0000:08:00.0") { $0.driver = .absent }
    #expect(try tree.verdict(of: "0000:08:00.0").codes.contains(.maskDefault))
    #expect(try tree.verdict(of: "0000:08:00.0").answer == .unknown)
    for (bits, answer) in [(64, .cpuAddress), (33, .cpuAddress), (32, .notSupported)]
      as [(UInt8, Verdict.Answer)]
    {
      #expect(try tree.verdict(of: "0000:08:00.0", addressBits: bits).answer == answer)
    }
    // What a driver has told counts, whatever anybody says.
    try tree.edit("0000:08:00.0") { $0.driver = .to("nvme") }
    #expect(try tree.verdict(of: "0000:08:00.0", addressBits: 64).answer == .notSupported)
    try tree.edit("0000:08:00.0") { $0.dmaMaskBits = nil }
    #expect(try tree.verdict(of: "0000:08:00.0").answer == .unknown)
  }

  @Test(arguments: [(31, Verdict.Answer.busAddress), (30, .notSupported), (24, .notSupported)])
  func masksOfFewerThan32Bits(_ bits: Int, _ answer: Verdict.Answer) throws {
    let verdict = try verdict("0000:04:00.0") { $0.dmaMaskBits = bits }
    #expect(verdict.answer == answer)
    #expect(verdict.codes.contains(.maskNarrow) == (answer == .notSupported))
  }

  @Test(arguments: ["vfio-pci", "mlx5_vfio_pci", "vp-vdpa", "uio_pci_generic", "pci-stub"])
  func underAProgramsDriverTheMaskIsADefault(_ driver: String) throws {
    var tree = try TestTree()
    try tree.edit("0000:08:00.0") { ($0.driver, $0.dmaMaskBits) = (.to(driver), 32) }
    #expect(try tree.verdict(of: "0000:08:00.0").codes.contains(.maskDefault))
    #expect(try tree.verdict(of: "0000:08:00.0", addressBits: 33).answer == .cpuAddress)
  }

  @Test func mappedAddressesAreHeldAgainstTheMaskToo() throws {
    var tree = try TestTree()
    try tree.edit("0000:08:00.0") { ($0.translation, $0.dmaMaskBits) = (.translating, 32) }
    let rules = PeerToPeerRules(
      Topology(Array(tree.nodes.values)), kernel: tree.kernel, processor: tree.processor)
    let client = try #require(FunctionAddress("0000:08:00.0"))
    var target = Target(try #require(FunctionAddress(TestTree.provider)))
    for (last, answer) in [(0xFFFF_FFFF, .iovaOnly), (0x1_0000_0000, .notSupported)]
      as [(UInt64, Verdict.Answer)]
    {
      target.iova = 0x1000...last
      #expect(rules.verdict(of: client, on: target).answer == answer)
    }
  }

  @Test(arguments: ["0000:04:00.0", "0000:02:01.0", "0000:01:00.0", "0000:02:00.0"])
  func powerThatIsNotTold(_ name: String) throws {
    for state in [Function.PowerState.unknown, .error] {
      let verdict = try verdict(name) { $0.powerState = state }
      #expect(verdict.answer == .unknown)
      #expect(verdict.codes == [.powerUnseen])
    }
    #expect(try verdict("0000:08:00.0") { $0.powerState = .unknown }.answer == .busAddress)
  }

  @Test(arguments: [
    ("0000:02:01.0", true), ("0000:01:00.0", true), ("0000:02:00.0", true),
    ("0000:00:01.0", true), ("0000:04:00.0", false), ("0000:03:00.0", false),
  ])
  func bridgesWithoutTheirHeader(_ name: String, _ isABridge: Bool) throws {
    let verdict = try verdict(name) { $0.windows = nil }
    #expect(verdict.answer == (isABridge ? .unknown : .busAddress))
    #expect(verdict.codes == (isABridge ? [.bridgeUnseen] : []))
  }

  @Test func aMaskThatIsNotToldIsUnknownAtAnyAddress() throws {
    let verdict = try verdict("0000:04:00.0") { $0.dmaMaskBits = nil }
    #expect(verdict.answer == .unknown)
    #expect(verdict.codes == [.maskUnseen])
  }

  @Test func nodesThatDiffer() throws {
    var tree = try TestTree()
    try tree.edit(TestTree.provider) { $0.numaNode = 0 }
    try tree.edit("0000:04:00.0") { $0.numaNode = 1 }
    #expect(try tree.verdict(of: "0000:04:00.0").codes == [.otherNode])
  }
}
