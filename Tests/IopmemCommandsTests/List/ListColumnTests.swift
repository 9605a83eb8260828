import TestSupport
import Testing

/// The columns of `iopmem list`, and how they fit, on captured machines.
@Suite struct ListColumnTests {
  private func list(
    _ machine: String, _ arguments: [String], columns: Int? = nil
  ) async throws -> Tool {
    try await Tool.iopmem(
      ["list", "--sysroot", Project.folder + "/fixtures/sysroots/" + machine] + arguments,
      environment: columns.map { ["COLUMNS": String($0)] } ?? [:])
  }

  @Test func theColumnsThatWereAskedFor() async throws {
    let some = try await list("iopmem-partitioned", ["-o", "bus-address,NAME", "-b"])
    #expect(
      some.text.hasPrefix("BUS-ADDRESS  NAME\n 0xc0000000  iopmem0\n 0xc0100000  |-iopmem0p1\n"))
    let more = try await list("iopmem-partitioned", ["-n", "-o", "+DRIVER,NAME"])
    let rows = more.text.split(separator: "\n")
    #expect(rows.count == 4 && rows.allSatisfy { $0.hasSuffix("  iopmem") })
    let bytes = try await list("iopmem-partitioned", ["-nbo", "SIZE", "iopmem0p2"])
    #expect(bytes.text == "204800000\n")
    let flat = try await list("iopmem-partitioned", ["-nlo", "NAME"])
    #expect(flat.text == "iopmem0\niopmem0p1\niopmem0p2\niopmem1\n")
    let wrong = try await list("iopmem", ["-o", "NAME,NOPE"])
    #expect(wrong.status == 64)
    #expect(wrong.errors.contains("there is no column 'NOPE', but there are NAME, FUNCTION, "))
  }

  @Test func rawCellsAreWords() async throws {
    let machine = try Sysroot(copyOf: Project.folder + "/fixtures/sysroots/iopmem")
    try machine.put(
      "36 1 259:1 / /mnt/a\\040b\\012c rw - ext4 /dev/iopmem0 rw\n"
        + "37 1 259:1 / /- rw - ext4 /dev/iopmem0 rw\n", at: "proc/self/mountinfo")
    let number = try await Tool.iopmem(
      ["list", "--json", "--sysroot", machine.path]).filtered("[.devices[].number]")
    try #require(number.contains("259:1"))
    let raw = try await Tool.iopmem(
      ["list", "--sysroot", machine.path, "-nro", "NAME,MOUNTPOINTS,LABEL"])
    let rows = raw.text.split(separator: "\n").sorted()
    #expect(rows.contains { $0.hasSuffix(" /mnt/a\\x20b\\x0ac\\x0a/- -") }, "\(raw.text)")
    #expect(rows.allSatisfy { $0.split(separator: " ").count == 3 })
  }

  /// No line is longer than it may be; what goes into a pipe is whole.
  @Test(arguments: [40, 60, 80, 100, 140])
  func linesFit(_ columns: Int) async throws {
    let whole = try await list("iopmem-partitioned", [])
    // What a captured machine cannot tell is left out.
    #expect(whole.text.split(separator: "\n")[0].hasSuffix("  NODE"))
    for arguments in [[], ["-f"], ["-o", "+VENDOR,MODEL"]] {
      let cut = try await list("iopmem-partitioned", arguments, columns: columns)
      let lines = cut.text.split(separator: "\n")
      #expect(lines.count == 5 && lines.allSatisfy { $0.count <= columns }, "\(cut.text)")
      #expect(lines[0].hasPrefix("NAME  "))
      #expect(cut.errors.contains("too short for") == (arguments.first == "-o" && columns < 140))
    }
  }

  @Test func namesAreCutBeforeColumnsGo() async throws {
    let machine = try Sysroot(copyOf: Project.folder + "/fixtures/sysroots/iopmem")
    try machine.put(
      "36 1 259:1 / /mnt/日本語日本語日本語日本語日本語日本語 rw - ext4 /dev/iopmem0 rw\n",
      at: "proc/self/mountinfo")
    let cut = try await Tool.iopmem(
      ["list", "--sysroot", machine.path, "-no", "MOUNTPOINTS,NAME,MODEL"],
      environment: ["COLUMNS": "40"])
    let row = try #require(cut.text.split(separator: "\n").first { $0.contains("日") })
    #expect(row.contains("…  iopmem"), "\(cut.text)")
    let wide = row.unicodeScalars.count { $0.value > 0x2E80 }
    #expect(row.count + wide <= 40)
  }

  /// The maker and the model, by numbers where nobody named them.
  @Test func whoMadeIt() async throws {
    let machine = try Sysroot(copyOf: Project.folder + "/fixtures/sysroots/iopmem")
    let row = try await Tool.iopmem(
      ["list", "--sysroot", machine.path, "-nro", "FUNCTION", "iopmem0"])
    let function = row.text.filter { !$0.isWhitespace }
    let link = try await Tool.require(
      "readlink", ["-f", "\(machine.path)/sys/bus/pci/devices/\(function)"])
    let folder = link.text.dropFirst(machine.path.count + 1).filter { !$0.isWhitespace }
    try machine.put("0xfff7\n", at: "\(folder)/vendor")
    try machine.put("0x00ab\n", at: "\(folder)/device")
    let arguments = ["list", "--sysroot", machine.path, "iopmem0"]
    let numbers = try await Tool.iopmem(arguments + ["-nro", "VENDOR,MODEL"])
    #expect(numbers.text == "fff7 00ab\n" && numbers.status == 0, "\(numbers.errors)")
    let json = try await Tool.iopmem(arguments + ["--json"])
    #expect(
      try await json.filtered(".devices[0]|[.vendor_id,.vendor,.device_id,.model]")
        == #"["fff7",null,"00ab",null]"#)
    for broken in ["0x1fff7\n", "fff7\n", "\n"] {
      try machine.put(broken, at: "\(folder)/vendor")
      let unknown = try await Tool.iopmem(arguments + ["-nro", "NAME,VENDOR"])
      #expect(unknown.text == "iopmem0 ?\n" && unknown.status == 3, "\(unknown.errors)")
      #expect(unknown.errors.hasPrefix("iopmem: \(function): does not tell its vendor and device"))
      try await Tool.iopmem(arguments + ["-nro", "NAME,SIZE"]).expect(status: 0)
    }
  }

  /// A window that is refused spoils no row that does not ask for it.
  @Test func onlyWhatIsAskedForCounts() async throws {
    try await list("iopmem-decoding-off", ["-o", "NAME,SIZE"]).expect(status: 0)
    try await list("iopmem-decoding-off", ["-o", "NAME,BAR"]).expect(status: 2)
    let json = try await list("iopmem-decoding-off", ["--json", "-o", "NAME,SIZE"])
    #expect(json.status == 0)
    #expect(try await Schema.complaint(about: json.output, verb: "list") == nil)
  }
}
