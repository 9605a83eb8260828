import TestSupport
import Testing

/// What is said to people who made a mistake: one line, and no word of how the program is written.
@Suite struct MessageTests {
  /// Expects a refusal of one line with these words.
  private func expect(
    _ tool: Tool, status: Int32, _ words: String, at location: SourceLocation = #_sourceLocation
  ) {
    let said = "\(tool.status): \(tool.errors)"
    #expect(tool.status == status, "\(said)", sourceLocation: location)
    #expect(tool.errors.contains(words), "\(said)", sourceLocation: location)
    #expect(tool.errors.hasPrefix("iopmem: "), "\(said)", sourceLocation: location)
    #expect(tool.errors.filter(\.isNewline).count == 1, "\(said)", sourceLocation: location)
    expectNoTypes(tool, at: location)
  }

  /// Expects none of the names that Swift gives things.
  private func expectNoTypes(_ tool: Tool, at location: SourceLocation = #_sourceLocation) {
    for name in [
      "CodingKey", "DecodingError", "Optional", "Swift.", "Failure(", "Errno(", " nil",
      "stringValue",
      "Expected to", "UInt",
    ] { #expect(!tool.errors.contains(name), "\(tool.errors)", sourceLocation: location) }
  }

  @Test(
    arguments: [
      ([], "name a verb: list, "), (["lst"], "there is no verb 'lst' (did you mean list?)"),
      (["nosuch"], "there is no verb 'nosuch' (iopmem --help lists them)"),
      (["help", "nosuch"], "there is no verb 'nosuch'"),
      (["help", "vrify"], "did you mean verify?"),
      (["--nosuch"], "unknown option '--nosuch' (see iopmem --help)"),
      (["fiemap", "--jsn", "x"], "Did you mean '--json'? (see iopmem fiemap --help)"),
      (["mkfs", "--size", "64Q", "x"], "write a number of bytes, as 65536, 0x10000, 64K or 64KiB"),
      (["mkfs", "--journal", "x", "x"], "write none, or a number of bytes"),
      (["mkfs", "--uuid", "12", "x"], "write a UUID, 32 hex digits"),
      (["mkfs", "--inodes", "many", "x"], "write a whole number"),
      (["mkfs", "--type", "vfat", "x"], "write one of 'ext4' and 'xfs'"),
      (["bind", "0000:03:00"], "write a PCI function, as 0000:03:00.0 or 03:00.0"),
      (["check", "--for", "0000:03:00", "x"], "or the name of what it drives, as nvme0"),
      (["fiemap", "--base", "c0000000", "x"], "write 0x and hex digits, or decimal digits"),
      (["fiemap", "--bar", "x", "x"], "write a whole number"), (["fiemap", ""], "write a path"),
      (["fiemap", "--address-bits", "x", "x"], "write a whole number"),
      (["fiemap", "--address-bits", "0", "x"], "--address-bits is 1 to 64"),
      (["fiemap", "--address-bits", "4096", "x"], "--address-bits is 1 to 64"),
      (["fiemap", "--address-bits", "99999999999999999999", "x"], "--address-bits is 1 to 64"),
      (["lease", "--for", "01:00.0", "--address-bits", "4096", "x"], "is 32 to 64"),
      (["check", "--all-clients", "--address-bits", "4096", "x"], "is 32 to 64"),
      (["fiemap", "--bar", "99999999999999999999", "x"], "the number is too large"),
      (["fiemap", "--allow", "x", "x"], "write one of encoded, encrypted, "),
      (["verify", "--fingerprint", "1-0", "x"], "write a fingerprint, 1- and 32 hex digits"),
      (["mkfs", "--align", "3M", "x"], "--align is a power of two"),
      (["place", "--align", "3M", "x", "y"], "--align is a power of two"),
      (["fiemap", "--align", "3M", "x"], "--align are powers of two"),
      (["list", "--sysroot", "/nosuch"], "--sysroot /nosuch is no captured machine"),
    ] as [([String], String)])
  func mistakesOnTheCommandLine(_ arguments: [String], _ words: String) async throws {
    let tool = try await Tool.iopmem(arguments)
    expect(tool, status: 64, words)
    #expect(tool.output.isEmpty)
  }

  /// One refusal, of a verb that has the option which it is about, and of one that has it not.
  @Test func adviceIsWhatTheVerbTakes() async throws {
    let machine = Project.folder + "/fixtures/sysroots/iopmem-ambiguous"
    let check = try await Tool.iopmem(["check", "--sysroot", machine, "iopmem0"])
    #expect(check.text.contains("BARs are as long as the disk: 0, 1 (give --bar)"), "\(check.text)")
    let list = try await Tool.iopmem(["list", "--sysroot", machine])
    #expect(list.errors.hasSuffix("BARs are as long as the disk: 0, 1\n"), "\(list.errors)")
  }

  @Test func whatIsNoFileIsCalledWhatItIs() async throws {
    let folder = try TemporaryFolder()
    try await Tool.require("mkfifo", [folder("fifo")])
    try await Tool.require(
      "/usr/bin/python3",
      [
        "-c", "import socket, sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])", folder("sock"),
      ])
    try await Tool.require("mkdir", [folder("folder")])
    let source = try folder.write([1], to: "source")
    let kinds =
      [
        ("fifo", "a FIFO"), ("sock", "a socket"), ("folder", "a directory"),
      ].map { (folder($0), $1) } + [("/dev/null", "a character device")]
    for (path, kind) in kinds {
      for verb in ["fiemap", "pin", "unpin", "lease"] {
        expect(
          try await Tool.iopmem([verb, path]), status: 2, "\(path): is no regular file but \(kind)")
      }
      for arguments in [["mkfs", path], ["fiemap", "--image", path, "/x"]] {
        expect(try await Tool.iopmem(arguments), status: 2, "but \(kind)")
      }
      expect(try await Tool.iopmem(["mount", path, folder.path]), status: 1, "but \(kind)")
      guard kind != "a directory" else { continue }
      for arguments in [["map", path], ["check", path], ["place", source, path]] {
        expect(try await Tool.iopmem(arguments), status: 2, "but \(kind)")
      }
    }
    expect(try await Tool.iopmem(["verify", "--map", folder("sock")]), status: 3, "but a socket")
    expect(try await Tool.iopmem(["apply", folder("sock")]), status: 2, "but a socket")
    expect(try await Tool.iopmem(["apply", folder("fifo")]), status: 1, "is a FIFO, and nobody")
  }

  /// What bash makes of `<(command)`: a pipe whose writer takes its time.
  @Test func aManifestThatIsStillBeingWrittenIsWaitedFor() async throws {
    let folder = try TemporaryFolder()
    let manifest = try folder.write(Array("filesystems: 1\n".utf8), to: "manifest")
    let slow = "sleep 0.2; head -c 5 \(manifest); sleep 0.2; tail -c +6 \(manifest)"
    let tool = try await Tool.run("bash", ["-c", "\(Project.binary) apply <(\(slow))"])
    expect(tool, status: 64, "schema")
  }

  /// Documents with a part that is missing, or of another type.
  @Test func noMapIsDescribedInWordsOfJSON() async throws {
    let folder = try TemporaryFolder()
    let image = try await OfflineImage.small(in: folder)
    let map = try await Tool.require(
      Project.binary, ["fiemap", "--image", image, "--base", "0xc0000000", "--json", "/file"])
    let file = try folder.write(map.output, to: "map.json")
    let script = """
      import copy, json, sys
      whole = json.load(open(sys.argv[1]))
      def places(node, path=()):
          if isinstance(node, dict):
              for key in node: yield path + (key,); yield from places(node[key], path + (key,))
          elif isinstance(node, list):
              for n in range(len(node)): yield path + (n,); yield from places(node[n], path + (n,))
      def at(node, path):
          for key in path: node = node[key]
          return node
      for number, path in enumerate(places(whole)):
          for kind, value in ("gone", None), ("true", True), ("list", [[]]), ("object", {"a": 1}), ("negative", -1), ("fraction", 1.5):
              other = copy.deepcopy(whole)
              if kind == "gone": del at(other, path[:-1])[path[-1]]
              else: at(other, path[:-1])[path[-1]] = value
              json.dump(other, open(f"{sys.argv[2]}/wrong-{number}-{kind}", "w"))
      """
    try await Tool.require("/usr/bin/python3", ["-c", script, file, folder.path])
    // In one shell, since they are many.
    let said = try await Tool.run(
      "sh",
      [
        "-c",
        #"cd "$1"; for f in wrong-*; do "$0" verify --base 0xc0000000 --map $f; done >/dev/null"#,
        Project.binary, folder.path,
      ])
    expectNoTypes(said)
    let lines = said.errors.split(separator: "\n")
    #expect(
      lines.count > 60 && lines.allSatisfy { $0.hasPrefix("iopmem: wrong-") }, "\(said.errors)")
    #expect(said.errors.contains("is no map: files.0 has no size\n"))
    #expect(said.errors.contains("is no map: files.0.segments is of another type\n"))
    let none = try folder.write("[1".utf8, to: "none.json")
    expect(
      try await Tool.iopmem(["verify", "--map", none]), status: 3, "is no map: it is no JSON")
  }

  @Test func theLimitOfAFilesSizeIsAnErrorLikeOthers() async throws {
    let folder = try TemporaryFolder()
    let image = try await OfflineImage.small(in: folder)
    let tool = try await Tool.run(
      "sh",
      [
        "-c", #"ulimit -f 8; exec "$0" place --image "$1" --size 4M /big"#, Project.binary, image,
      ])
    expect(tool, status: 1, "File too large")
  }

  @Test func theOffsetIsBlamedForWhereItBegins() async throws {
    let folder = try TemporaryFolder()
    let image = try await OfflineImage.small(in: folder)
    let arguments = ["fiemap", "--image", image, "--base", "0xc0000000", "--align", "4", "/file"]
    expect(
      try await Tool.iopmem(arguments + ["--offset", "1"]), status: 2,
      "begins at no multiple of 4 (begin at one, with --offset)")
    try await Tool.iopmem(arguments + ["--offset", "4", "--length", "8"]).expect(status: 0)
  }

  @Test func whatADeviceHoldsIsWorthMoreThanItsLength() async throws {
    let folder = try TemporaryFolder()
    try await Tool.require("mkfs.vfat", ["-C", folder("small.img"), "1000"])
    expect(
      try await Tool.iopmem(["mkfs", folder("small.img")]), status: 2, "holds a file system (vfat)")
  }

  @Test func howAToolIsCalledIsNoMessage() async throws {
    let folder = try TemporaryFolder()
    for (type, extra, words) in [
      ("xfs", ["-l", "version=7"], "failed with status 1: Invalid value 7 for -l version option"),
      ("ext4", ["-E", "hash_seed=zzz"], "failed with status 1: Invalid hash seed: zzz"),
    ] {
      try await Tool.require("truncate", ["-s", "400M", folder("image")])
      let tool = try await Tool.iopmem(["mkfs", "--type", type, folder("image"), "--"] + extra)
      expect(tool, status: 1, words)
      #expect(!tool.errors.contains("sage") && !tool.errors.contains("Valid extended"))
      #expect(
        tool.errors.hasSuffix(
          "(nothing was written; see mk\(type == "xfs" ? "fs.xfs" : "e2fs")(8))\n"))
      #expect(try await Tool.require("du", [folder("image")]).text.hasPrefix("0"))
    }
  }

  /// In place of mke2fs(8) there is one that writes nothing, and says when it runs and how it ends.
  @Test func aSignalEndsTheToolToo() async throws {
    let folder = try TemporaryFolder()
    try await Tool.require("truncate", ["-s", "64M", folder("image")])
    let tool = """
      #!/bin/sh
      trap 'echo ended >"\(folder("ended"))"; kill $!; exit 1' TERM
      touch "\(folder("runs"))"
      sleep 60 & wait
      """
    try folder.write(tool.utf8, to: "mke2fs")
    let script = #"""
      plant "$FOLDER/mke2fs" "$0" mkfs "$FOLDER/image" & child=$!
      until [ -e "$FOLDER/runs" ]; do sleep 0.05; done
      kill -TERM $child; wait $child
      """#
    let result = try await Tool.run(
      "sh", ["-c", PlantedTool.shell + script, Project.binary],
      environment: ["FOLDER": folder.path])
    #expect(result.status == 128 + 15, "\(result.errors)")
    #expect(
      result.errors.contains(
        "image: was interrupted while mke2fs ran, which was ended (the device may be half written: "
          + "format it again before use)"), "\(result.errors)")
    #expect(try folder.read("ended") == Array("ended\n".utf8))
  }
}

extension OfflineImage {
  /// An image of 64 MiB with `/file`, of 5000 bytes.
  fileprivate static func small(in folder: TemporaryFolder) async throws -> String {
    try folder.write([UInt8](repeating: 7, count: 5000), to: "source")
    let image = folder("bar.img")
    try await Tool.require(Project.binary, ["mkfs", "-q", "--size", "64M", image])
    try await Tool.require(
      Project.binary, ["place", "-q", "--image", image, folder("source"), "/file"])
    return image
  }
}
