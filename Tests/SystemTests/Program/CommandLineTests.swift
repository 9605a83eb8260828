import TestSupport
import Testing

/// The command line itself.
@Suite struct CommandLineTests {
  /// The run-time library reads it from `/proc`, for which there is no descriptor left. (A program
  /// that is not linked statically does not even start.)
  @Test func oneThatCannotBeReadIsNoCallForHelp() async throws {
    let result = try await Tool.run(
      "sh", ["-c", "ulimit -n 3; exec \"$0\" list --json", Project.binary])
    #expect(result.status != 0)
    #expect(result.output.isEmpty, "\(result.text)")
  }

  /// A verb's name after `iopmem-` chooses it; any other is one of the program's.
  @Test func theProgramByOtherNames() async throws {
    let folder = try TemporaryFolder()
    for (name, arguments) in [
      ("iopmem-static", ["mkfs", "-n", "/dev/null"]), ("iopmem-mkfs", ["-n", "/dev/null"]),
      ("iopmem-", ["mkfs", "-n", "/dev/null"]),
    ] {
      try await Tool.require("ln", ["-s", Project.binary, folder(name)])
      let tool = try await Tool.run(folder(name), arguments)
      #expect(tool.errors.contains("neither a block device"), "\(name): \(tool.errors)")
    }
  }

  /// Libraries that run programs end this one where they can open nothing.
  @Test(arguments: [4, 6, 8, 10, 11, 13])
  func fewDescriptors(_ count: Int) async throws {
    for arguments in [["mkfs", "--size", "64M", "/nowhere/image"], ["apply", "/nowhere"]] {
      let tool = try await Tool.run(
        "sh", ["-c", "ulimit -n \(count); exec \"$0\" \"$@\"", Project.binary] + arguments)
      #expect(
        tool.status == 1 && tool.errors.contains("ulimit -n"), "\(tool.status) \(tool.errors)")
    }
  }

  /// Libraries that run programs wait for ever for a thread that cannot be started.
  @Test(arguments: [50_000, 60_000, 80_000, 100_000, 130_000, 200_000, 400_000])
  func littleAddressSpace(_ kilobytes: Int) async throws {
    let folder = try TemporaryFolder()
    let tool = try await Tool.run(
      "sh",
      [
        "-c", "ulimit -v \(kilobytes); exec timeout -s KILL 60 \"$0\" mkfs --size 16M \"$1\"",
        Project.binary, folder("image"),
      ])
    if tool.status == 0 { return }
    #expect(
      tool.status == 1 && tool.errors.contains("ulimit -v"), "\(tool.status) \(tool.errors)")
    try await Tool.run("test", ["-e", folder("image")]).expect(status: 1)
  }
}
