import Iopmem
import PCI
import Testing

/// The kernel's rule for the way between two functions, branch by branch.
@Suite struct RouteVerdictTests {
  static let distances: [(String, Int, String?, Verdict.Answer)] = [
    ("0000:03:00.0", 0, "0000:03:00.0", .busAddress),
    ("0000:03:00.4", 2, "0000:02:00.0", .busAddress),
    ("0000:04:00.0", 4, "0000:01:00.0", .busAddress),
    ("0000:07:00.0", 6, "0000:01:00.0", .busAddress),
    ("0000:00:1f.0", 5, nil, .cpuAddress),
    ("0000:08:00.0", 6, nil, .cpuAddress),
    ("0000:08:00.1", 6, nil, .cpuAddress),
    ("10000:01:00.0", 6, nil, .cpuAddress),
  ]

  @Test(arguments: distances)
  func distance(
    _ client: String, _ distance: Int, _ turn: String?, _ answer: Verdict.Answer
  ) throws {
    let verdict = try TestTree().verdict(of: client)
    #expect(verdict.answer == answer)
    #expect(verdict.route?.distance == distance)
    #expect(verdict.route?.turningPoint?.address.description == turn)
  }

  @Test func functionsOfOneDevice() throws {
    let verdict = try TestTree().verdict(of: "0000:08:00.1", on: "0000:08:00.0")
    #expect(verdict.route?.distance == 2)
    #expect(verdict.route?.turningPoint?.address.description == "0000:00:02.0")
  }

  @Test func theWayIsTheOneThatRequestsTake() throws {
    var tree = try TestTree()
    func way() throws -> [String] {
      try tree.verdict(of: "0000:04:00.0").route?.hops.map(\.address.description) ?? []
    }
    #expect(
      try way() == [
        "0000:04:00.0", "0000:02:01.0", "0000:01:00.0", "0000:02:00.0", "0000:03:00.0",
      ])
    try tree.edit("0000:02:01.0") { $0.accessControl = .control(.requestRedirect) }
    #expect(
      try way() == [
        "0000:04:00.0", "0000:02:01.0", "0000:01:00.0", "0000:00:01.0", "0000:00:01.0",
        "0000:01:00.0", "0000:02:00.0", "0000:03:00.0",
      ])
  }

  /// Who is asked for access control, of all functions of the machine, on the way of 07:00.0.
  static let asked: Set<String> = [
    "0000:03:00.0", "0000:02:00.0", "0000:01:00.0", "0000:07:00.0", "0000:06:00.0",
    "0000:05:00.0", "0000:02:02.0",
  ]
  static let bits: [(AccessControl.Bits, Bool)] = [
    (.sourceValidation, false), (.translationBlocking, false), (.requestRedirect, true),
    (.completionRedirect, true), (.upstreamForwarding, false), (.egressControl, true),
    (.directTranslated, false),
  ]

  @Test(arguments: TestTree.places.map(\.0))
  func everyBitAtEveryPlace(_ place: String) throws {
    for (bit, redirects) in Self.bits {
      var tree = try TestTree()
      try tree.edit(place) { $0.accessControl = .control(bit) }
      let verdict = try tree.verdict(of: "0000:07:00.0")
      let counts = redirects && Self.asked.contains(place)
      #expect(verdict.answer == (counts ? .cpuAddress : .busAddress), "\(place) \(bit)")
      #expect(verdict.codes.contains(.redirect) == counts)
      #expect(verdict.route?.distance == 6)
    }
  }

  @Test(arguments: TestTree.places.map(\.0))
  func whatCannotBeSeenIsUnknown(_ place: String) throws {
    var tree = try TestTree()
    try tree.edit(place) { $0.accessControl = .unseen }
    let verdict = try tree.verdict(of: "0000:07:00.0")
    #expect(verdict.answer == (Self.asked.contains(place) ? .unknown : .busAddress))
  }

  /// As sure as the kernel: it does not ask where all traffic goes through the host bridge anyway.
  @Test func whatCannotBeSeenDoesNotMatterWhereItDecidesNothing() throws {
    for client in ["0000:08:00.0", "10000:01:00.0", "0000:00:1f.0"] {
      var tree = try TestTree()
      tree.editAll { $0.accessControl = .unseen }
      let verdict = try tree.verdict(of: client)
      #expect(verdict.answer == .cpuAddress)
      #expect(!verdict.codes.contains(.redirectUnseen))
    }
    var tree = try TestTree()
    tree.editAll { $0.accessControl = .unseen }
    #expect(try tree.verdict(of: "0000:07:00.0").answer == .unknown)
    try tree.edit("0000:02:02.0") { $0.accessControl = .control(.requestRedirect) }
    #expect(try tree.verdict(of: "0000:07:00.0").answer == .cpuAddress)
    #expect(try !tree.verdict(of: "0000:07:00.0").codes.contains(.redirectUnseen))
  }

  @Test func aFunctionThatRedirectsDoesNotReachItself() throws {
    var tree = try TestTree()
    try tree.edit(TestTree.provider) { $0.accessControl = .control(.egressControl) }
    #expect(try tree.verdict(of: TestTree.provider).answer == .cpuAddress)
  }

  @Test func absentAccessControlRedirectsNothing() throws {
    var tree = try TestTree()
    tree.editAll { $0.accessControl = .absent }
    #expect(try tree.verdict(of: "0000:07:00.0").answer == .busAddress)
  }

  /// The kernel takes the last parameter alone.
  @Test func oneParameterNamesEveryBridge() throws {
    var tree = try TestTree()
    func remedies() throws -> [String] {
      try tree.verdict(of: "0000:04:00.0").findings.filter { $0.code == .redirect }
        .compactMap(\.remedy)
    }
    try tree.edit("0000:02:00.0") { $0.accessControl = .control(.requestRedirect) }
    #expect(try remedies().count == 1)
    #expect(
      try remedies().allSatisfy { $0.hasPrefix("boot with pci=disable_acs_redir=0000:02:00.0,") })
    try tree.edit("0000:02:01.0") { $0.accessControl = .control(.completionRedirect) }
    let parameter = "boot with 'pci=disable_acs_redir=0000:02:00.0;0000:02:01.0',"
    #expect(try remedies().count == 2)
    #expect(try remedies().allSatisfy { $0.hasPrefix(parameter) })
    #expect(try remedies().last?.contains("setpci -s 0000:02:01.0 ") == true)
  }

  @Test func redirectionWithoutAHostBridgeThatPassesIsNotSupported() throws {
    var tree = try TestTree()
    try tree.edit("0000:02:00.0") { $0.accessControl = .control(.requestRedirect) }
    try tree.edit("0000:00:00.0") { $0.device = 0x29C0 }
    let verdict = try tree.verdict(of: "0000:04:00.0")
    #expect(verdict.answer == .notSupported)
    #expect(verdict.codes.isSuperset(of: [.redirect, .hostBridgeUnlisted]))
  }

  @Test func aBridgeThatIsMissingLeavesNoAnswer() throws {
    var tree = try TestTree()
    try tree.remove("0000:02:01.0")
    let verdict = try tree.verdict(of: "0000:04:00.0")
    #expect(verdict.answer == .unknown)
    #expect(verdict.codes == [.pathUnseen])
    #expect(try tree.verdict(of: "0000:09:00.0").answer == .unknown)
  }

  @Test func bridgesInACircleLeaveNoAnswer() throws {
    var tree = try TestTree()
    try tree.edit("0000:00:01.0") { $0.parent = FunctionAddress("0000:02:01.0") }
    let verdict = try tree.verdict(of: "0000:04:00.0")
    #expect(verdict.answer == .unknown)
    #expect(verdict.codes == [.pathUnseen])
    #expect(verdict.findings.first?.sentence.contains("in a circle") == true)
  }
}
