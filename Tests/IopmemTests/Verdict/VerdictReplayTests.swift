import Iopmem
import Linux
import PCI
import SystemPackage
import TestSupport
import Testing

/// Every ordered pair of endpoints of captured machines gets a verdict.
@Suite struct VerdictReplayTests {
  /// The verdicts of a machine, counted by their answers.
  private func answers(of root: SystemRoot) throws -> [Verdict.Answer: Int] {
    let rules = try PeerToPeerRules(of: nil, in: root)
    let endpoints = rules.topology.nodes.values.filter(\.isEndpoint).map(\.address).sorted()
    var answers: [Verdict.Answer: Int] = [:]
    for provider in endpoints {
      for client in endpoints where client != provider {
        let verdict = rules.verdict(of: client, on: Target(provider))
        #expect(verdict.answer.code == nil || !verdict.findings.isEmpty)
        let isSymmetric =
          rules.verdict(of: provider, on: Target(client)).route?.distance
          == verdict.route?.distance
        #expect(isSymmetric)
        answers[verdict.answer, default: 0] += 1
      }
    }
    return answers
  }

  private static let fixtures = Project.folder + "/fixtures/sysroots"

  @Test func fixtures() throws {
    let all = SystemRoot(FilePath(Self.fixtures))
    var judged = 0
    for name in try all.names(in: "") where !name.contains(".") {
      judged += try answers(of: SystemRoot(all.path.appending(name))).values.reduce(0, +)
    }
    #expect(judged > 500)
  }

  /// The verdict over a captured machine's device, with its window.
  private func verdict(_ machine: String, _ client: String) throws -> Verdict {
    let check = try Check(
      "iopmem0", clients: .these([try #require(FunctionAddress(client))]),
      windows: WindowSource(root: SystemRoot(FilePath(Self.fixtures + "/" + machine))))
    return try #require(check.verdicts.first)
  }

  @Test func belowOneSwitch() throws {
    let verdict = try verdict("iopmem-switch", "0000:05:00.0")
    #expect(verdict.answer == .busAddress)
    #expect(verdict.route?.distance == 4)
    #expect(verdict.route?.turningPoint?.address.description == "0000:01:00.0")
  }

  /// The fixtures' host bridge, QEMU's, is on no kernel's list.
  @Test(arguments: ["iopmem", "iopmem-iommu", "iopmem-bus-offset"])
  func acrossRootPorts(_ machine: String) throws {
    let verdict = try verdict(machine, "0000:02:00.0")
    #expect(verdict.answer == .notSupported)
    #expect(verdict.findings.map(\.code).contains(.hostBridgeUnlisted))
    #expect(verdict.route?.distance == 4)
  }

  private static let below = "sys/devices/pci0000:00/0000:00:01.0/0000:01:00.0/"

  /// The verdict of the client below the switch, after damage to the machine.
  private func damaged(_ body: (Sysroot) throws -> Void) throws -> Verdict {
    let machine = try Sysroot(copyOf: Self.fixtures + "/iopmem-switch")
    for list in ["sys/kernel/iommu_groups", "sys/class/iommu"] { try machine.makeFolder(list) }
    try body(machine)
    let client = try #require(FunctionAddress("0000:05:00.0"))
    let check = try Check(
      "iopmem0", clients: .these([client]),
      windows: WindowSource(root: SystemRoot(FilePath(machine.path))))
    return try #require(check.verdicts.first)
  }

  /// A bridge's config, changed.
  private func config(_ body: (inout [UInt8]) -> Void) throws -> Verdict {
    try damaged { machine in
      let file = Self.below + "0000:02:02.0/config"
      var bytes = try SystemRoot(FilePath(machine.path)).bytes(FilePath(file))
      body(&bytes)
      try machine.put(bytes, at: file)
    }
  }

  @Test func damageOfABridgeIsNoProofOfItsAbsence() throws {
    #expect(try config { _ in }.answer == .busAddress)
    let cuts: [(inout [UInt8]) -> Void] = [
      { $0 = Array($0.prefix(256)) },
      {
        $0 = Array($0.prefix(256)); $0[Int($0[0x34]) + 1] = $0[0x34]
      },
      {
        $0 = Array($0.prefix(256)); $0[0x34] = 0xFC
      },
      {
        $0 = Array($0.prefix(256)); $0[0x34] = 0
      },
      { for place in 0x40..<0x1000 { $0[place] = 0xFF } },
      { for place in 0x40..<0x1000 { $0[place] = 0 } },
      { for place in 0x100..<0x104 { $0[place] = 0xFF } },
      { $0 = Array($0.prefix(0x800)) },
    ]
    for (index, cut) in cuts.enumerated() {
      let verdict = try config(cut)
      #expect(verdict.answer == .unknown, "\(index)")
      #expect(verdict.findings.map(\.code).contains(.redirectUnseen), "\(index)")
    }
    for header: UInt8 in [0, 2, 3, 0x7F] {
      let verdict = try config { $0[0x0E] = header }
      #expect(verdict.answer == .unknown)
      #expect(verdict.findings.map(\.code).contains(.bridgeUnseen))
    }
  }

  @Test func linksThatLeadAstrayAreUnknown() throws {
    let devices = "sys/bus/pci/devices/"
    #expect(try damaged { _ in }.answer == .busAddress)
    let bridge = try damaged {
      try $0.link(devices + "0000:02:02.0", to: "../../../../" + Self.below + "0000:02:00.0")
    }
    #expect(bridge.answer == .unknown)
    #expect(bridge.findings.map(\.code) == [.pathUnseen, .directIO])
    let failure = #expect(throws: Failure.self) {
      try damaged {
        try $0.link(devices + "0000:05:00.0", to: "../../../../" + Self.below + "0000:02:00.0")
      }
    }
    #expect(failure?.code == .unknown)
  }

  @Test(arguments: [
    ("dma_mask_bits", "999\n", Finding.Code.maskUnseen), ("dma_mask_bits", "", .maskUnseen),
    ("power_state", "bogus\n", .powerUnseen), ("power_state", "", .powerUnseen),
  ])
  func numbersAndWordsThatAreNone(
    _ file: String, _ text: String, _ code: Finding.Code
  ) throws {
    let verdict = try damaged {
      try $0.put(text, at: Self.below + "0000:02:02.0/0000:05:00.0/" + file)
    }
    #expect(verdict.answer == .unknown)
    #expect(verdict.findings.map(\.code) == [code, .directIO])
  }

  @Test func wideDomains() throws {
    #expect(try verdict("iopmem-wide-domain", "10000:02:00.0").route?.distance == 4)
  }

  @Test func providerThatDoesNotDecode() throws {
    let verdict = try verdict("iopmem-decoding-off", "0000:02:00.0")
    #expect(verdict.answer == .notSupported)
    #expect(verdict.findings.first?.code == .windowRefused)
  }

  @Test(
    .enabled(
      if: Project.environment("IOPMEM_MACHINES") != nil,
      "IOPMEM_MACHINES names no folder of captured machines"))
  func publicMachines() throws {
    let folder = FilePath(try #require(Project.environment("IOPMEM_MACHINES")))
    let all = SystemRoot(folder)
    var judged = 0
    for set in try all.names(in: "") where !set.contains(".") {
      for name in try all.names(in: FilePath(set)) {
        let answers = try answers(of: SystemRoot(folder.appending(set).appending(name)))
        judged += answers.values.reduce(0, +)
        // Captured without privileges, so that no access control can be seen, or without config.
        if set == "hwloc" || set == "ghw" {
          #expect(answers.keys.allSatisfy { $0 == .unknown || $0 == .notSupported }, "\(name)")
        }
      }
    }
    #expect(judged > 1000)
  }
}
