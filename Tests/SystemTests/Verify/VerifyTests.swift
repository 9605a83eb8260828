import Linux
import SystemPackage
import TestSupport
import Testing

@Suite(.enabled(if: Project.isRoot, "needs root: loop devices"))
struct VerifyTests {
  /// What is done to a file, and what is told of it.
  static let changes: [(command: String, sentence: String)] = [
    ("truncate -s 4096 $F", "is 4096 bytes long, was 1048576"),
    ("truncate -s 2M $F", "is 2097152 bytes long"),
    (
      "fallocate -p -o 8192 -l 4096 $F", "bytes 8192 to 12287 lie at BAR offset nothing, were at 0x"
    ),
    ("fallocate -z -o 8192 -l 4096 $F", "extent at 0x2000 is unwritten"),
    ("mv $F $F.away", "is gone"), ("rm $F", "is gone"), ("rm $F; mkdir $F", "is no regular file"),
    ("cp --reflink=never $F $F.new; mv $F.new $F", "is another file"),
    (
      "cp --reflink=never $F $F.keep; rm $F; sync; cp --reflink=never $F.keep $F; sync",
      "is another file"
    ),
  ]

  @Test(arguments: Volume.Kind.allCases)
  func everyChangeIsTold(_ kind: Volume.Kind) async throws {
    let volume = try await Volume(kind, size: "512M")
    try await volume.mounted { folder in
      for (index, change) in Self.changes.enumerated() {
        let name = "f\(index)"
        let file = folder + "/" + name
        try write(name, [(0, 1 << 20)], in: folder)
        let (saved, fingerprint) = try await save([file], in: volume.folder)
        try await expectHolds(saved, file, fingerprint)
        try await Tool.require("sh", ["-c", change.command], environment: ["F": file])
        let told = try await verify(["--map", saved])
        #expect(told.status == 1, "\(change.command)")
        #expect(told.text.contains("\(file): changed: "), "\(told.text)")
        #expect(told.text.contains(change.sentence), "\(told.text)")
        let bare = try await verify(["--no-dax-check", "--fingerprint", fingerprint, file])
        #expect(bare.status == 1, "\(change.command)")
      }
    }
  }

  /// What leaves every address as it is.
  @Test(arguments: Volume.Kind.allCases)
  func whatMovesNothingIsNoChange(_ kind: Volume.Kind) async throws {
    let volume = try await Volume(kind, size: "512M")
    let file = volume.mountPoint + "/f"
    let (saved, fingerprint) = try await volume.mounted { folder in
      try write("f", [(0, 1 << 20)], in: folder)
      let answer = try await save([file], in: volume.folder)
      for command in [
        "dd if=/dev/urandom of=$F bs=4096 count=9 conv=notrunc,fsync status=none", "chmod 600 $F",
        "touch $F", "ln $F $F.link", "mv $F $F.away; mv $F.away $F", "chattr +i $F; chattr -i $F",
      ] {
        try await Tool.require("sh", ["-c", command], environment: ["F": file])
        try await expectHolds(answer.saved, file, answer.fingerprint)
      }
      return answer
    }
    let gone = try await verify(["--map", saved])
    #expect(gone.status == 1 && gone.text.contains("is gone"), "\(gone.errors)")
    try await volume.mounted { _ in try await expectHolds(saved, file, fingerprint) }
  }

  /// Bytes that were moved by the file system itself, with where from and where to.
  @Test func defragmentedAndReflinked() async throws {
    for (kind, command) in [(Volume.Kind.ext4, "e4defrag $F"), (.xfs, "xfs_fsr $F")] {
      let volume = try await Volume(kind, size: "512M")
      try await volume.mounted { folder in
        let file = folder + "/f"
        try write("f", [(0, 32 * 4096)], in: folder)
        for index in 1...12 {
          let place = UInt64(index) * 8192
          try await Tool.require("fallocate", ["-i", "-o", "\(place)", "-l", "4096", file])
          try write("f", [(place, 4096)], in: folder)
        }
        let (saved, _) = try await save([file], in: volume.folder)
        try await Tool.require("sh", ["-c", command], environment: ["F": file])
        let json = try await verify(["--json", "--map", saved])
        #expect(json.status == 1, "\(json.errors)")
        #expect(try await Schema.complaint(about: json.output, verb: "verify") == nil)
        #expect(json.text.contains(#""part":"segment","file_offset":"#), "\(json.text)")
        let now = try #require(try await mapped([file]).first?.segments.first)
        #expect(json.text.contains("\"after\":\"0x" + String(now.barOffset, radix: 16)))
        guard kind == .xfs else { return }
        let (after, _) = try await save([file], in: volume.folder)
        try await Tool.require("cp", ["--reflink=always", file, file + ".clone"])
        try await Tool.require("sync", [])
        let shared = try await verify(["--map", after])
        #expect(shared.status == 1 && shared.text.contains("is shared"), "\(shared.text)")
      }
    }
  }

  @Test func theWindowAndTheFileSystem() async throws {
    let volume = try await Volume(.ext4, size: "64M")
    try await volume.mounted { folder in
      try write("f", [(0, 1 << 20)], in: folder)
      let (saved, _) = try await save([folder + "/f"], in: volume.folder)
      let moved = try await Tool.iopmem(["verify", "--base", "0x2000000000", "--map", saved])
      #expect(moved.status == 1, "\(moved.errors)")
      #expect(moved.text.contains("is at bus address 0x2000000000, was \(base)"))
      let untold = try await Tool.iopmem(["verify", "--map", saved])
      #expect(
        untold.status == 3 && untold.errors.contains("give the same --base"), "\(untold.errors)")
    }
    let (saved, _) = try await volume.mounted { folder in
      try await save([folder + "/f"], in: volume.folder)
    }
    try await Tool.require("e2fsck", ["-fp", volume.image])
    try await Tool.require("tune2fs", ["-U", "random", volume.image])
    try await volume.mounted { _ in
      let other = try await verify(["--map", saved])
      #expect(
        other.status == 1 && other.text.contains("is on another file system"), "\(other.errors)")
    }
    try await Tool.require("truncate", ["-s", "128M", volume.image])
    let (before, _) = try await volume.mounted { folder in
      try await save([folder + "/f"], in: volume.folder)
    }
    try await Tool.require("truncate", ["-s", "96M", volume.image])
    try await volume.mounted { _ in
      let other = try await verify(["--map", before])
      #expect(other.status == 1 && other.text.contains("its device's place in the BAR, its length"))
    }
  }

  /// Of several files the worst decides, and each is told; a map that was edited is none.
  @Test func severalFilesAndEditedMaps() async throws {
    let volume = try await Volume(.ext4, size: "64M")
    try await volume.mounted { folder in
      for name in ["a", "b"] { try write(name, [(0, 8192)], in: folder) }
      let (saved, _) = try await save([folder + "/a", folder + "/b"], in: volume.folder)
      let text = String(decoding: try volume.folder.read("map.json"), as: UTF8.self)
      let first = try #require(try await mapped([folder + "/a"]).first?.segments.first)
      let last = try #require(UInt64(base.dropFirst(2), radix: 16)) + first.barOffset
      let other = text.replacing("\"bar_offset\":\(first.barOffset)", with: "\"bar_offset\":4096")
        .replacing("0x" + String(last, radix: 16), with: "0x1000001000")
      #expect(other != text)
      let edited = try await verify(["--map", try volume.folder.write(other.utf8, to: "edited")])
      #expect(
        edited.status == 3 && edited.text.contains("contradicts its own fingerprint"),
        "\(edited.errors)")
      try await Tool.require("rm", [folder + "/b"])
      let told = try await verify(["--map", saved])
      #expect(told.status == 1, "\(told.errors)")
      #expect(
        told.text.contains("\(folder)/a: holds\n") && told.text.contains("/b: changed: is gone"))
    }
  }

  @Test func partsAndBlocksAndImages() async throws {
    let volume = try await Volume(.ext4, size: "64M")
    let forms = [
      [], ["--offset", "5000", "--length", "100"], ["--block-granular"], ["--offset", "1G"],
    ]
    try await volume.mounted { folder in
      try write("f", [(0, 9000), (20_000, 1)], in: folder)
      for form in forms {
        let (saved, fingerprint) = try await save(form + [folder + "/f"], in: volume.folder)
        try await verify(["--map", saved]).expect(status: 0, "\(form)")
        let bare = ["--no-dax-check", "--fingerprint", fingerprint] + form
        try await verify(bare + [folder + "/f"]).expect(status: 0, "\(form)")
      }
    }
    for form in forms {
      let arguments = ["--image", volume.image] + form + ["/f"]
      let (saved, fingerprint) = try await save(arguments, in: volume.folder)
      try await verify(["--map", saved]).expect(status: 0, "\(form)")
      try await verify(["--fingerprint", fingerprint] + arguments).expect(status: 0, "\(form)")
      try await Tool.require("cp", ["--sparse=always", volume.image, volume.folder("copy.img")])
      try await verify(["--map", saved, "--image", volume.folder("copy.img")]).expect(status: 0)
    }
    let (saved, _) = try await save(["--image", volume.image, "/f"], in: volume.folder)
    try await Tool.require("debugfs", ["-w", "-R", "rm /f", volume.image])
    let gone = try await verify(["--map", saved])
    #expect(gone.status == 1, "\(gone.errors)")
    #expect(gone.text.contains("/f: changed: is gone"))
    try await Tool.require("rm", [volume.image])
    try await verify(["--map", saved]).expect(status: 3)
  }

  /// Under limits a segment joins what the file system tells apart.
  @Test func segmentsUnderLimits() async throws {
    let volume = try await Volume(.ext4, size: "64M")
    try await volume.mounted { folder in
      let file = folder + "/f"
      try await Tool.require("fallocate", ["-l", "65536", file])
      try await Tool.require(
        "dd", ["if=/dev/urandom", "of=" + file, "bs=4096", "count=8", "conv=notrunc,fsync"])
      let (saved, _) = try await save(
        ["--allow", "unwritten", "--max-segment", "8M", file], in: volume.folder)
      #expect(try MapDocument(volume.folder.read("map.json")).files.first?.segments.count == 1)
      let told = try await verify(["--map", saved])
      #expect(told.status == 0, "\(told.text)")
    }
  }

  private func verify(_ arguments: [String]) async throws -> Tool {
    try await Tool.iopmem(["verify", "--base", base] + arguments)
  }

  /// Saves the map of files, and tells the first one's fingerprint.
  private func save(
    _ arguments: [String], in folder: TestSupport.TemporaryFolder
  ) async throws -> (saved: String, fingerprint: String) {
    let json = try await map(arguments)
    guard json.status == 0 else { throw ToolFailure(command: "fiemap", result: json) }
    let fingerprint = try #require(try MapDocument(json.output).files.first).fingerprint
    return (try folder.write(json.output, to: "map.json"), fingerprint)
  }

  private func expectHolds(_ saved: String, _ file: String, _ fingerprint: String) async throws {
    let told = try await verify(["--map", saved])
    #expect(told.status == 0 && told.text == "\(file): holds\n", "\(told.text)")
    let bare = try await verify(["--no-dax-check", "--fingerprint", fingerprint, file])
    #expect(bare.status == 0 && bare.text == "\(file): holds\n", "\(bare.text)")
  }
}
