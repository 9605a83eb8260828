import Iopmem
import PCI
import Testing

/// Ways through the host bridge: which pass, for which kernel, and which address they take.
@Suite struct HostVerdictTests {
  /// Below another root port, and below another root complex.
  static let clients = ["0000:08:00.0", "10000:01:00.0"]

  @Test(arguments: HostBridge.all)
  func everyRowFromItsKernelOn(_ row: HostBridge) throws {
    let older = KernelVersion(row.since.major, row.since.minor - 1)
    for client in Self.clients {
      var tree = try TestTree()
      for host in ["0000:00:00.0", "10000:00:00.0"] {
        try tree.edit(host) { ($0.vendor, $0.device) = (row.vendor, row.device ?? 0xABCD) }
      }
      let refused = row.requiresSameHostBridge && client.hasPrefix("1")
      tree.kernel = row.since
      #expect(try tree.verdict(of: client).answer == (refused ? .notSupported : .cpuAddress))
      #expect(try tree.verdict(of: client).codes.contains(.hostBridgesDiffer) == refused)
      if row.since.minor > 0 {
        tree.kernel = older
        #expect(try tree.verdict(of: client).codes.contains(.hostBridgeNewer))
      }
      if let until = row.until {
        tree.kernel = until
        #expect(try tree.verdict(of: client).answer == .notSupported)
      }
      tree.kernel = nil
      #expect(try tree.verdict(of: client).answer == .unknown)
    }
  }

  @Test func bothRootComplexesMustPass() throws {
    for host in ["0000:00:00.0", "10000:00:00.0"] {
      var tree = try TestTree()
      try tree.edit(host) { $0.device = 0x1234 }
      #expect(try tree.verdict(of: "10000:01:00.0").answer == .notSupported)
    }
  }

  static let processors: [(String, Int, KernelVersion, Bool)] = [
    ("AuthenticAMD", 0x17, .init(5, 9), true), ("AuthenticAMD", 0x19, .init(6, 12), true),
    ("AuthenticAMD", 0x16, .init(6, 12), false), ("AuthenticAMD", 0x17, .init(5, 8), false),
    ("HygonGenuine", 0x18, .init(6, 12), false), ("GenuineIntel", 0x17, .init(6, 12), false),
  ]

  @Test(arguments: processors)
  func processor(
    _ vendor: String, _ family: Int, _ kernel: KernelVersion, _ passes: Bool
  ) throws {
    var tree = try TestTree()
    tree.kernel = kernel
    tree.processor = Processor(vendor: vendor, family: family)
    for host in ["0000:00:00.0", "10000:00:00.0"] { try tree.edit(host) { $0.device = 1 } }
    for client in Self.clients {
      #expect(try tree.verdict(of: client).answer == (passes ? .cpuAddress : .notSupported))
    }
  }

  @Test func whatIsNotToldIsNotAssumed() throws {
    var tree = try TestTree()
    try tree.edit("0000:00:00.0") { $0.device = 1 }
    tree.processor = nil
    #expect(try tree.verdict(of: "0000:08:00.0").codes.contains(.processorUnseen))
    #expect(try tree.verdict(of: "0000:08:00.0").answer == .unknown)
    tree.processor = Processor(vendor: "AuthenticAMD", family: 0x19)
    tree.kernel = nil
    #expect(try tree.verdict(of: "0000:08:00.0").answer == .unknown)
    // A row that is known needs no processor.
    tree = try TestTree()
    tree.processor = nil
    #expect(try tree.verdict(of: "0000:08:00.0").answer == .cpuAddress)
  }

  @Test func aRootPortStandsForItsHostBridge() throws {
    var tree = try TestTree()
    try tree.remove("0000:00:00.0")
    try tree.edit("0000:00:01.0") { ($0.vendor, $0.device) = (0x8086, 0x2030) }
    #expect(try tree.verdict(of: "0000:08:00.0").answer == .cpuAddress)
    tree.kernel = KernelVersion(5, 18)
    #expect(try tree.verdict(of: "0000:08:00.0").answer == .notSupported)
    tree.kernel = KernelVersion(6, 1)
    try tree.edit("0000:00:01.0") { $0.portType = .endpoint }
    #expect(try tree.verdict(of: "0000:08:00.0").answer == .notSupported)
    try tree.edit("0000:00:01.0") { ($0.portType, $0.accessControl) = (nil, .unseen) }
    #expect(try tree.verdict(of: "0000:08:00.0").answer == .unknown)
  }

  static let translations: [(Translation, Verdict.Answer)] = [
    (.absent, .cpuAddress), (.identity, .cpuAddress),
    (.translating, .iovaOnly), (.blocked, .notSupported), (.unknown, .unknown),
  ]

  @Test(arguments: translations)
  func translation(_ translation: Translation, _ answer: Verdict.Answer) throws {
    var tree = try TestTree()
    try tree.edit("0000:08:00.0") { $0.translation = translation }
    try tree.edit("0000:04:00.0") { $0.translation = translation }
    #expect(try tree.verdict(of: "0000:08:00.0").answer == answer)
    // Below one switch no request comes to the IOMMU.
    #expect(try tree.verdict(of: "0000:04:00.0").answer == .busAddress)
    try tree.edit("0000:02:01.0") { $0.accessControl = .control(.requestRedirect) }
    #expect(try tree.verdict(of: "0000:04:00.0").answer == answer)
  }

  /// Below one switch the bus address holds, and the client's own driver has another.
  @Test func requestsThatTurnBelowATranslatingIOMMUAreWarnedOf() throws {
    for (translation, isWarned, driver) in [
      (.absent, false, .cpuAddress), (.identity, false, .cpuAddress), (.blocked, false, nil),
      (.translating, true, .iova), (.unknown, true, nil),
    ] as [(Translation, Bool, Verdict.DriverAddress?)] {
      var tree = try TestTree()
      try tree.edit("0000:04:00.0") { $0.translation = translation }
      let verdict = try tree.verdict(of: "0000:04:00.0")
      #expect(verdict.answer == .busAddress)
      #expect(verdict.driverAddress == driver)
      let warned = verdict.findings.filter { $0.code == .bypassed }
      #expect(warned.map(\.severity) == (isWarned ? [.warning] : []))
      #expect(warned.allSatisfy { $0.sentence.contains("IOVA") && $0.remedy != nil })
    }
  }

  @Test func theProvidersTranslationDoesNotCount() throws {
    var tree = try TestTree()
    try tree.edit(TestTree.provider) { $0.translation = .translating }
    #expect(try tree.verdict(of: "0000:08:00.0").answer == .cpuAddress)
  }
}
