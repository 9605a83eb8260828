import TestSupport
import Testing

/// `place --update`: what is the same keeps inode and blocks, and what differs is replaced whole.
@Suite(.enabled(if: Project.isRoot, "needs root: loop devices")) struct UpdateTests {
  private let folder: TemporaryFolder
  private static let states = "[.changed, .files[].state]"

  init() throws { folder = try TemporaryFolder() }

  /// Runs an update, and answers what JSON says of it by a filter.
  private func update(
    _ arguments: [String], status: Int32 = 0, _ filter: String = states
  ) async throws -> String {
    let tool = try await Tool.iopmem(
      ["place", "--update", "--json", "--base", "0x100000000"] + arguments)
    tool.expect(status: status)
    #expect(try await Schema.complaint(about: tool.output, verb: "place") == nil)
    return try await tool.filtered(filter)
  }

  /// Inodes and places of all files of a mount.
  private func layout(_ mount: String) async throws -> String {
    try await Tool.require(
      "sh",
      [
        "-euc",
        "cd \"$1\"; find . -type f | sort | while read -r f; do stat -c '%n %i %Y %Z' \"$f\"; done"
          + "; find . -type f | sort | xargs filefrag -e | grep -v '^File'", "sh", mount,
      ]
    ).text
  }

  @Test(arguments: ["ext4", "xfs"])
  func whatIsTheSameStays(_ kind: String) async throws {
    var numbers = SplitMix64(seed: 7)
    let tree = folder("tree")
    try await Tool.require("mkdir", ["-p", tree + "/sub", tree + "/bare"])
    for name in ["a", "b", "sub/c"] { try folder.write(numbers.bytes(300_000), to: "tree/" + name) }
    try await Placing.mounted(kind, folder) { mount, _ in
      #expect(try await update([tree, mount]) == #"[true,"created","created","created"]"#)
      #expect(
        try await update(["--size", "4M", mount + "/ring"]) == #"[true,"created"]"#)
      try await Tool.require("test", ["-d", mount + "/tree/bare"])
      let before = try await layout(mount)
      for _ in 1...2 {
        #expect(try await update([tree, mount]) == #"[false,"ok","ok","ok"]"#)
        #expect(try await update(["--size", "4M", mount + "/ring"]) == #"[false,"ok"]"#)
      }
      #expect(try await layout(mount) == before)
      // Of the same length, so that only its bytes tell.
      try folder.write(numbers.bytes(300_000), to: "tree/b")
      #expect(try await update([tree, mount]) == #"[true,"ok","replaced","ok"]"#)
      try await Tool.require("diff", ["-r", tree, mount + "/tree"])
      let after = try await layout(mount)
      let same = before.split(separator: "\n").filter { !$0.contains("tree/b ") }.prefix(3)
      #expect(same.count == 3 && same.allSatisfy(after.contains))
    }
  }

  /// What a plain placement made has no record, and its bytes are compared.
  @Test func whatWasPlacedBeforeIsKnownByItsBytes() async throws {
    var numbers = SplitMix64(seed: 8)
    let source = try folder.write(numbers.bytes(70_000), to: "source")
    try await Placing.mounted("ext4", folder) { mount, _ in
      try await Placing.place([source, mount + "/file"]).expect(status: 0)
      #expect(try await update([source, mount + "/file"]) == #"[false,"ok"]"#)
      try await Tool.require("touch", [source])
      #expect(try await update([source, mount + "/file"]) == #"[false,"ok"]"#)
    }
  }

  /// A page that was dirty when the source was read could be stored to without a trace.
  @Test func aStoreThroughAMappingIsSeen() async throws {
    try await Placing.mounted("ext4", folder) { mount, _ in
      let script = """
        import mmap, os, subprocess, sys
        program, source, target = sys.argv[1:]
        open(source, "wb").write(b"a" * 8192)
        file = open(source, "r+b")
        memory = mmap.mmap(file.fileno(), 0)
        def update():
            subprocess.run([program, "place", "--update", "--quiet", "--base", "0x100000000",
                            source, target], check=True)
            return open(target, "rb").read()
        for byte in b"bcd":
            memory[5] = byte
            assert update()[5] == byte, byte
        """
      try await Tool.require(
        "/usr/bin/python3",
        ["-c", script, Project.binary, mount + "/source", mount + "/target"])
    }
  }

  @Test func pinsAreSetAndHeld() async throws {
    let source = try folder.write([1, 2, 3], to: "source")
    try await Placing.mounted("ext4", folder) { mount, _ in
      let file = mount + "/file"
      #expect(try await update([source, file]) == #"[true,"created"]"#)
      let pin = ["--pin", "--no-dax-check", source, file]
      #expect(try await update(pin, "[.files[] | .state, .pinned]") == #"["mended",true]"#)
      #expect(try await update(pin) == #"[false,"ok"]"#)
      #expect(try await update([source, file]) == #"[false,"ok"]"#)
      try folder.write([3, 2, 1], to: "source")
      let refused = "[.changed, .files, .errors[].code]"
      #expect(try await update([source, file], status: 2, refused) == #"[false,[],"pinned"]"#)
      #expect(try await update(pin) == #"[true,"replaced"]"#)
      try await Tool.require(Project.binary, ["unpin", file])
    }
  }

  /// One after the other: what was done before a failure stays, and is said.
  @Test func aFailureKeepsWhatWasDone() async throws {
    try folder.write([1], to: "a")
    try folder.write([2], to: "b")
    try await Placing.mounted("ext4", folder) { mount, _ in
      try await Tool.require("mkdir", [mount + "/b"])
      let sources = [folder("a"), folder("b"), mount]
      let filter = "[.changed, .files[].state, .errors[].status]"
      #expect(try await update(sources, status: 2, filter) == #"[true,"created",2]"#)
      #expect(try await update(sources, status: 2, filter) == #"[false,"ok",2]"#)
      let text = try await Tool.iopmem(["place", "--update", "--no-bar", folder("a"), mount])
      text.expect(status: 0)
      #expect(text.text.contains("ok") && text.text.contains("STATE"), "\(text.text)")
    }
  }

  @Test func linksAreRefusedBeforeAnythingIsPlaced() async throws {
    try await Tool.require("mkdir", [folder("tree")])
    try folder.write([1], to: "tree/a")
    try await Tool.require("ln", ["-s", "a", folder("tree/link")])
    try await Placing.mounted("ext4", folder) { mount, _ in
      #expect(
        try await update([folder("tree"), mount], status: 2, "[.changed, .files]") == "[false,[]]")
      try await Tool.run("test", ["-e", mount + "/tree"]).expect(status: 1)
    }
  }

  @Test(arguments: ["--force", "--preserve", "--allow-fragments", "--image"])
  func misused(_ option: String) async throws {
    let value = option == "--image" ? [folder("image")] : []
    let tool = try await Tool.iopmem(["place", "--update", option] + value + ["a", "b"])
    tool.expect(status: 64)
    #expect(tool.errors.contains("--update"), "\(tool.errors)")
  }
}
