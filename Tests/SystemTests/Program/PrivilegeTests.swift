import TestSupport
import Testing

/// The program with few privileges, or with a part of the machine out of sight: what it may not do it
/// says, and what it cannot see it does not know.
@Suite(.enabled(if: Project.isRoot, "needs root: to give it up, and loop devices"))
struct PrivilegeTests {
  private let folder: TemporaryFolder
  private let program: String

  /// A copy of the program that everybody can reach, and a source that everybody can read.
  init() async throws {
    folder = try TemporaryFolder()
    program = folder("iopmem")
    try await Tool.require("cp", [Project.binary, program])
    try folder.write([UInt8](repeating: 7, count: 5000), to: "source")
    try await Tool.require("chmod", ["755", folder.path, program])
    try await Tool.require("chmod", ["644", folder("source")])
    try await Tool.require(program, ["mkfs", "-q", "--size", "64M", folder("image")])
    try await Tool.require(
      program, ["place", "-q", "--image", folder("image"), folder("source"), "/file"])
  }

  /// Runs the program as nobody, with these capabilities alone.
  private func run(_ capabilities: [String], _ arguments: String) async throws -> Tool {
    let list = (["-all"] + capabilities.map { "+" + $0 }).joined(separator: ",")
    let options = [
      "--reuid", "65534", "--regid", "65534", "--clear-groups", "--inh-caps", list,
      "--ambient-caps", list, "--bounding-set", list, program,
    ]
    return try await Tool.run(
      "setpriv", options + arguments.split(separator: " ").map(String.init))
  }

  /// Each step by nobody, with capabilities, on a file of root's and a folder that everybody may write.
  @Test func singleCapabilities() async throws {
    try await Tool.require("chmod", ["600", folder("image")])
    try await LoopDevice.with(folder("image")) { device in
      try await device.mounted(on: folder("mnt")) {
        let root = folder("mnt")
        try await Tool.require("chmod", ["1777", root])
        let map = "--base 0x100000000 --no-dax-check"
        let pin = "pin \(map) \(root)/file"
        let copy = "--no-bar \(folder("source")) \(root)"
        let steps: [(capabilities: [String], arguments: String, status: Int32, says: String)] = [
          ([], "fiemap \(map) \(root)/file", 0, ""),
          ([], "fiemap \(map) --require-pin \(root)/file", 2, "is not pinned"),
          ([], "map \(root)", 1, "lost+found: cannot open"),
          (["dac_read_search"], "map \(root)", 0, ""),
          ([], "map \(device.path)", 1, "lost+found: cannot open"),
          ([], "unpin \(root)/file", 0, ""),
          ([], pin, 1, "CAP_LINUX_IMMUTABLE is needed"),
          (["linux_immutable"], pin, 1, "CAP_LINUX_IMMUTABLE is needed, and the file's owner"),
          (["linux_immutable", "fowner"], pin, 3, "CAP_LEASE is needed"),
          (["linux_immutable", "fowner", "lease"], pin, 0, ""),
          ([], "fiemap \(map) --require-pin \(root)/file", 3, "CAP_LEASE is needed"),
          (["lease"], "fiemap \(map) --require-pin \(root)/file", 0, ""),
          ([], "unpin \(root)/file", 1, "CAP_LINUX_IMMUTABLE"),
          (["linux_immutable", "fowner"], "unpin \(root)/file", 0, ""),
          ([], "place \(copy)/plain", 0, ""),
          ([], "place --preserve \(copy)/kept", 1, "Operation not permitted"),
          (["chown", "fowner"], "place --preserve \(copy)/kept", 0, ""),
          ([], "place --update \(copy)/updated", 1, "CAP_SYS_ADMIN is needed"),
          (["sys_admin"], "place --update \(copy)/updated", 0, ""),
          ([], "mkfs --force \(device.path)", 1, "Permission denied"),
        ]
        for step in steps {
          let result = try await run(step.capabilities, step.arguments)
          #expect(
            result.status == step.status && result.errors.contains(step.says),
            "\(step.capabilities) \(step.arguments): \(result.status) \(result.errors)")
        }
        let left = try await Tool.require("ls", [root])
        #expect(left.text == "file\nkept\nlost+found\nplain\nupdated\n")
      }
    }
  }

  /// Runs the program where something of the machine is changed for it alone.
  private func run(where change: String, _ arguments: String) async throws -> Tool {
    try await Tool.run(
      "unshare",
      ["-m", "sh", "-ec", change + "; exec \"$@\"", "sh", program]
        + arguments.split(separator: " ").map(String.init))
  }

  /// Nothing is known without /sys or /proc, and nothing is changed.
  @Test(arguments: ["sys", "proc"])
  func withoutAPartOfTheMachine(_ part: String) async throws {
    let image = folder("image")
    try await LoopDevice.with(image) { device in
      try await device.mounted(on: folder("mnt")) {
        let file = folder("mnt") + "/file"
        let map = "--base 0x100000000 --no-dax-check"
        for arguments in [
          "list", "check --all-clients \(device.path)", "map \(folder("mnt"))",
          "map \(device.path)", "fiemap \(map) \(file)", "fiemap \(map) --image \(image) /file",
          "pin \(map) \(file)", "place \(folder("source")) \(folder("mnt"))/new",
          "place --image \(image) \(folder("source")) /new", "mkfs --force \(device.path)",
          "mkfs --force \(image)", "mount \(device.path) \(folder("mnt"))", "bind 0000:00:00.0",
          "unbind 0000:00:00.0", "lease \(file) -- true", "export \(file) -- true", "monitor",
        ] {
          let result = try await run(
            where: "mount -t tmpfs none /\(part)", "\(arguments)")
          #expect((1...3).contains(result.status), "\(arguments): \(result.status)")
          #expect(result.output.isEmpty && !result.errors.isEmpty, "\(arguments): \(result.text)")
        }
        // Of a mounted file system the kernel changes some bytes by itself.
        #expect(try await Tool.require("ls", [folder("mnt")]).text == "file\nlost+found\n")
        try await Tool.run("cmp", [folder("source"), file]).expect(status: 0)
      }
    }
  }

  /// A device whose number nothing leads to, and a machine that shows no devices at all.
  @Test func withoutSysADeviceIsNotSaidToBeNone() async throws {
    try await LoopDevice.with(folder("image")) { device in
      let result = try await run(
        where: "mount -t tmpfs none /sys", "check --all-clients \(device.path)")
      #expect(result.status == 3, "\(result.errors)")
      #expect(result.errors.contains("is not there: what this is cannot be known (mount /sys)"))
    }
  }

  @Test func onAReadOnlyFileSystem() async throws {
    let image = folder("image")
    let before = try await digest(of: image)
    for (arguments, statuses) in [
      ("map \(image)", 0...0), ("fiemap --base 0x100000000 --image \(image) /file", 0...0),
      ("place --image \(image) \(folder("source")) /new", 1...2), ("mkfs --force \(image)", 1...2),
      ("mkfs --size 64M \(folder("new"))", 1...2),
    ] as [(String, ClosedRange<Int32>)] {
      let result = try await run(where: "mount -o bind,ro \(folder.path) \(folder.path)", arguments)
      #expect(statuses.contains(result.status), "\(arguments): \(result.status) \(result.errors)")
    }
    #expect(try await digest(of: image) == before)
  }
}
