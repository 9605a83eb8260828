import TestSupport
import Testing

/// `iopmem check` as a user runs it, on captured machines.
@Suite struct CheckCommandTests {
  private func check(_ machine: String, _ arguments: [String]) async throws -> Tool {
    try await Tool.iopmem(
      ["check", "--sysroot", Project.folder + "/fixtures/sysroots/" + machine] + arguments)
  }

  @Test func theDeviceAlone() async throws {
    let result = try await check("iopmem-switch", ["iopmem0"])
    #expect(result.status == 0, "\(result.errors)")
    let lines = result.text.split(separator: "\n")
    #expect(
      lines[0]
        == "/dev/iopmem0  function 0000:03:00.0  bar 2  bus 0x100000000  cpu 0x100000000  "
        + "length 512MiB")
    #expect(lines.count == 4)
    #expect(lines[1].hasPrefix("  note  kernel-config-unseen: "))
    #expect(lines[2].hasPrefix("  note  cache-unseen: 0000:03:00.0 "))
    #expect(lines[3].hasPrefix("  note  kernel-no-dma-buf: 0000:03:00.0 "))
  }

  @Test func aClientBelowTheSameSwitch() async throws {
    let result = try await check("iopmem-switch", ["--for", "0000:05:00.0", "/dev/iopmem0"])
    #expect(result.status == 0, "\(result.errors)")
    let lines = result.text.split(separator: "\n").drop { !$0.hasPrefix("0000:05:00.0") }
    #expect(lines.first?.hasSuffix("bus-address, distance 4, turning at 0000:01:00.0") == true)
    #expect(
      lines.dropFirst().first
        == "  way  0000:05:00.0 > 0000:02:02.0 > 0000:01:00.0 > 0000:02:00.0 > 0000:03:00.0")
  }

  /// What decides comes before what is only to be noted.
  @Test func theAnswerComesFirst() async throws {
    let good = try await check("iopmem-switch", ["--for", "05:00.0", "iopmem0"])
    let lines = good.text.split(separator: "\n")
    #expect(lines[1].hasPrefix("0000:05:00.0 may use bus addresses: "), "\(good.text)")
    let notes = try #require(lines.firstIndex(of: "about /dev/iopmem0 itself:"))
    #expect(lines[notes...].contains { $0.hasPrefix("  note  kernel-config-unseen: ") })
    #expect(!lines[..<notes].contains { $0.contains("kernel-config-unseen") })

    let bad = try await check("iopmem-decoding-off", ["--for", "nvme0n1", "iopmem0"])
    bad.expect(status: 2)
    #expect(bad.text.split(separator: "\n")[1].hasPrefix("  refusal  window-refused: "))
    #expect(bad.text.ranges(of: "window-refused").count == 1, "\(bad.text)")
  }

  /// One reason that keeps all clients from the device is told once.
  @Test func oneReasonForAll() async throws {
    let off = try await check("iopmem-decoding-off", ["--all-clients", "iopmem0"])
    off.expect(status: 2)
    #expect(off.text.contains("\nfor this reason none of the 7 clients has an address\n"))
    #expect(off.text.ranges(of: "window-refused").count == 1, "\(off.text)")
    #expect(!off.text.contains("CLIENT"))
    let base = ["--base", "0x100000000", "--all-clients", "iopmem0"]
    let given = try await check("iopmem-switch", base)
    given.expect(status: 3)
    #expect(given.text.contains("\n  unknown  window-unknown: "), "\(given.text)")
  }

  @Test func aClientThatRequestsDoNotReach() async throws {
    let result = try await check("iopmem", ["--for", "02:00.0", "iopmem0"])
    #expect(result.status == 2, "\(result.errors)")
    #expect(result.text.contains("\n  refusal  host-bridge-unlisted: 0000:00:00.0 stands for "))
  }

  @Test func theWorstDecides() async throws {
    let clients = ["--for", "0000:05:00.0", "--for", "0000:00:1f.2"]
    try await check("iopmem-switch", clients + ["iopmem0"]).expect(status: 2)
    try await check("iopmem-switch", ["--for", "0000:0f:00.0", "iopmem0"]).expect(status: 1)
    try await check("iopmem-switch", ["nope"]).expect(status: 1)
  }

  @Test func withoutPrivilegesNothingIsKnown() async throws {
    let original = Project.folder + "/fixtures/sysroots/iopmem-switch"
    let machine = try Sysroot(copyOf: original)
    let port = "sys/devices/pci0000:00/0000:00:01.0/0000:01:00.0/0000:02:02.0/config"
    let folder = try TemporaryFolder()
    let header = folder("header")
    try await Tool.require(
      "sh", ["-c", #"head -c 64 "$0" >"$1""#, original + "/" + port, header])
    try machine.put(try folder.read("header"), at: port)
    let result = try await Tool.iopmem([
      "check", "--sysroot", machine.path, "--for", "0000:05:00.0", "iopmem0",
    ])
    #expect(result.status == 3, "\(result.errors)")
    #expect(result.text.contains("unknown  acs-unseen: 0000:02:02.0 "))
  }

  @Test func allClients() async throws {
    let result = try await check("iopmem-switch", ["--all-clients", "iopmem0"])
    #expect(result.status == 2, "\(result.errors)")
    let rows = result.text.split(separator: "\n").drop { !$0.hasPrefix("CLIENT ") }
      .prefix { !$0.hasPrefix("about ") }
    #expect(rows.count == 6)
    #expect(rows.contains { $0.hasPrefix("0000:05:00.0  bus-address ") })
    #expect(!rows.contains { $0.hasPrefix("0000:03:00.0") })
  }

  @Test(arguments: [
    "iopmem", "iopmem-switch", "iopmem-iommu", "iopmem-decoding-off", "iopmem-wide-domain",
  ])
  func jsonKeepsItsSchema(_ machine: String) async throws {
    for arguments in [[], ["--all-clients"]] {
      let result = try await check(machine, ["--json", "iopmem0"] + arguments)
      #expect(try await Schema.complaint(about: result.output, verb: "check") == nil)
    }
  }

  @Test func clientsThatDoNotTellTheirAddressBits() async throws {
    let machine = try Sysroot(copyOf: Project.folder + "/fixtures/sysroots/iopmem-switch")
    let ssd = "sys/devices/pci0000:00/0000:00:01.0/0000:01:00.0/0000:02:02.0/0000:05:00.0"
    try machine.remove(ssd + "/driver")
    try machine.put("32\n", at: ssd + "/dma_mask_bits")
    for (options, status) in [
      ([], 3), (["--address-bits", "64"], 0), (["--address-bits", "32"], 2),
    ]
      as [([String], Int)]
    {
      let result = try await Tool.iopmem(
        ["check", "--sysroot", machine.path, "--for", "0000:05:00.0", "iopmem0"] + options)
      #expect(result.status == status, "\(result.errors)")
    }
  }

  /// As `iopmem fiemap --base --for` answers.
  @Test func aClientOfABaseThatWasGivenIsNotJudged() async throws {
    let options = ["--base", "0x100000000", "iopmem0"]
    try await check("iopmem-switch", options).expect(status: 0)
    let result = try await check("iopmem-switch", ["--for", "0000:05:00.0"] + options)
    #expect(result.status == 3, "\(result.errors)")
    #expect(result.text.contains("\n  unknown  window-unknown: the device's window is in no PCI "))
  }

  @Test func aDeviceOfNoFunction() async throws {
    #expect(try await check("pmem", ["pmem0"]).text.contains("no-function"))
    try await check("pmem", ["--all-clients", "pmem0"]).expect(status: 3)
  }
}
