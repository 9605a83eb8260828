import TestSupport
import Testing

/// `iopmem list` as a user runs it, on captured machines.
@Suite struct ListCommandTests {
  private func list(_ machine: String, _ arguments: [String] = []) async throws -> Tool {
    try await Tool.iopmem(
      ["list", "--sysroot", Project.folder + "/fixtures/sysroots/" + machine] + arguments,
      environment: ["LC_ALL": "C.UTF-8"])
  }

  @Test func partitionsBelowTheirDisk() async throws {
    let result = try await list("iopmem-partitioned")
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.errors.isEmpty)
    let rows = result.text.split(separator: "\n").map {
      $0.split(separator: " ").prefix(5).joined(separator: " ")
    }
    #expect(
      rows == [
        "NAME FUNCTION BAR BUS-ADDRESS SIZE",
        "iopmem0 0000:01:00.0 2 0xc0000000 512MiB",
        "├─iopmem0p1 0000:01:00.0 2 0xc0100000 256MiB",
        "└─iopmem0p2 0000:01:00.0 2 0xd0100000 195MiB",
        "iopmem1 0000:00:03.0 2 0xe0000000 64MiB",
      ])
  }

  @Test func mountAndItsDAXMode() async throws {
    let rows = try await list("iopmem").text.split(separator: "\n")
    #expect(rows.count == 3)
    #expect(rows[1].contains("  /mnt  ") && rows[1].contains("  always  "))
  }

  @Test(
    arguments: [
      ("iopmem", 0), ("iopmem-bus-offset", 0), ("iopmem-partitioned", 0), ("pmem", 0),
      ("iopmem-decoding-off", 2), ("iopmem-ambiguous", 2),
    ] as [(String, Int32)])
  func jsonKeepsItsSchema(_ machine: String, _ status: Int32) async throws {
    for arguments in [["--json"], ["--json", "--all"]] {
      let result = try await list(machine, arguments)
      #expect(result.status == status, "\(result.errors)")
      let complaint = try await Schema.complaint(about: result.output, verb: "list")
      #expect(complaint == nil)
    }
  }

  @Test func aRowWithoutAWindowSaysWhy() async throws {
    let table = try await list("iopmem-decoding-off")
    #expect(table.status == 2, "\(table.errors)")
    #expect(table.text.split(separator: "\n")[1].contains(" ?  "))
    #expect(table.errors.hasPrefix("iopmem: /dev/iopmem0: "))
    #expect(table.errors.contains("memory decoding off"))
    let json = try await list("iopmem-decoding-off", ["--json"])
    let hangs = "\"window\":null,\"window_error\":\"hangs on PCI function 0000:01:00.0, "
    #expect(json.text.contains(hangs))
  }

  @Test func devicesByName() async throws {
    let one = try await list("iopmem-partitioned", ["/dev/iopmem0p2"])
    #expect(one.text.split(separator: "\n").count == 2)
    let disk = try await list("iopmem-partitioned", ["iopmem0"])
    #expect(disk.text.split(separator: "\n").count == 4)
    let both = try await list("iopmem", ["/dev/iopmem1", "/dev/nope"])
    #expect(both.status == 1, "\(both.errors)")
    #expect(both.text.split(separator: "\n").count == 2)
    #expect(both.errors.hasPrefix("iopmem: /dev/nope: "))
    for name in ["../../..", "/", ".", "a\nb"] {
      let result = try await list("iopmem", [name])
      #expect(result.status == 1, "\(result.errors)")
      #expect(result.errors.split(separator: "\n").count == 1)
    }
  }

  @Test func machineWithoutSuchDevices() async throws {
    let machine = try Sysroot()
    try machine.put("", at: "proc/self/mountinfo")
    try machine.put("", at: "sys/dev/block/none")
    let arguments = ["list", "--sysroot", machine.path]
    let table = try await Tool.iopmem(arguments)
    #expect(table.status == 0, "\(table.errors)")
    #expect(table.text.isEmpty)
    #expect(
      table.errors.hasPrefix("iopmem: there is no iopmem device and no pmem namespace here ("))
    let json = try await Tool.iopmem(arguments + ["--json"])
    #expect(json.text == "{\"schema\":\"iopmem.list/1\",\"devices\":[],\"errors\":[]}\n")
  }

  @Test func askedForAndGone() async throws {
    let machine = try Sysroot()
    try machine.put("", at: "sys/dev/block/none")
    try machine.put("259:0\n", at: "sys/class/block/iopmem0/dev")
    let result = try await Tool.iopmem(["list", "--sysroot", machine.path, "/dev/iopmem0"])
    #expect(result.status == 1, "\(result.errors)")
    #expect(result.errors.contains("is no block device here"))
  }

  @Test func machineThatIsNone() async throws {
    try await Tool.iopmem(["list", "--sysroot", "/dev/null"]).expect(status: 64)
    try await list("iopmem", ["--all", "iopmem0"]).expect(status: 64)
  }

  @Test func fullDiskIsAFailure() async throws {
    let command = "\(Project.binary) list --sysroot \(Project.folder)/fixtures/sysroots/iopmem"
    for form in ["", " --json"] {
      try await Tool.run("sh", ["-c", command + form + " > /dev/full"]).expect(status: 1)
    }
  }
}
