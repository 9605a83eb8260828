import struct Linux.Descriptor
import SystemPackage
import TestSupport
import Testing

/// Placement into images: no root, no mount.
@Suite struct ImagePlaceTests {
  private func image(
    in folder: TemporaryFolder, _ size: String = "256M", _ options: [String] = []
  ) async throws -> String {
    let image = folder("image")
    try await Tool.require("rm", ["-f", image])
    try await Tool.require("mke2fs", ["-q", "-t", "ext4", "-F"] + options + [image, size])
    return image
  }

  private func place(_ image: String, _ arguments: [String]) async throws -> Tool {
    try await Tool.iopmem(["place", "--json", "--image", image] + arguments)
  }

  @Test(arguments: [
    [], ["-b1024"], ["-O^metadata_csum,^64bit,^has_journal"], ["-I128"], ["-O^flex_bg,^dir_index"],
    ["-Osparse_super2,^resize_inode", "-Enum_backup_sb=0,packed_meta_blocks=1", "-G64"],
  ])
  func treesComeOutAsTheyWentIn(_ options: [String]) async throws {
    let folder = try TemporaryFolder()
    var numbers = SplitMix64(seed: 1)
    let tree = try await Placing.makeTree(in: folder, &numbers)
    let image = try await image(in: folder, "256M", options)
    let result = try await place(image, [tree, "/"])
    #expect(result.status == 0, "\(result.errors)")
    try await Placing.expectClean(image)
    let files = try PlacementDocument(result).files
    #expect(files.count == 6)
    let device = try Descriptor(FilePath(image), .readOnly)
    for file in files where file.size > 0 && !file.path.contains("\u{FFFD}") {
      #expect(file.extents == 1)
      let offset = try #require(file.bar_offset)
      if file.size >= Placing.pmd { #expect(offset % Placing.pmd == 0) }
      let source = try folder.read(String(file.path.dropFirst()))
      var placed = [UInt8](repeating: 0, count: source.count)
      #expect(try device.read(at: offset, into: &placed) == source.count)
      #expect(placed == source, "\(file.path)")
    }
    let out = folder("out")
    try await Tool.require("mkdir", [out])
    try await Tool.require("debugfs", ["-R", "rdump /tree \(out)", image])
    let difference = try await Tool.run("diff", ["-r", "--no-dereference", tree, out + "/tree"])
    #expect(difference.status == 0, "\(difference.text)\(difference.errors)")
  }

  @Test func noImageIsPlacedIntoItself() async throws {
    let folder = try TemporaryFolder()
    try await Tool.require("mkdir", [folder("tree")])
    let image = try await image(in: folder, "16M")
    try await Tool.require("ln", [image, folder("tree/alias")])
    let before = try folder.read("image")
    for source in [image, folder("tree")] {
      let refused = try await place(image, [source, "/"])
      #expect(refused.status == 2, "\(refused.errors)")
      #expect(refused.errors.contains("is among the sources"), "\(refused.errors)")
    }
    #expect(try folder.read("image") == before)
  }

  @Test func preserveKeepsModeOwnerAndTimes() async throws {
    let folder = try TemporaryFolder()
    let image = try await image(in: folder)
    let source = try folder.write([1, 2, 3], to: "source")
    try await Tool.require("chmod", ["4751", source])
    try await Tool.require("touch", ["-d", "@3000000000.25", source])
    try await place(image, [source, "/plain"]).expect(status: 0)
    try await place(image, ["--preserve", source, "/kept"]).expect(status: 0)
    let kept = try await Tool.require("debugfs", ["-R", "stat /kept", image]).text
    #expect(kept.contains("Mode:  04751"), "\(kept)")
    // 3,000,000,000 − 2^32 with the epoch bit, and 250,000,000 ns.
    #expect(kept.contains("mtime: 0xb2d05e00:3b9aca01"), "\(kept)")
    let plain = try await Tool.require("debugfs", ["-R", "stat /plain", image]).text
    #expect(plain.contains("Mode:  0751") || plain.contains("Mode:  0755"), "\(plain)")
    try await Placing.expectClean(image)
  }

  @Test func fragmentedSpaceIsUsedOrRefusedWithTheTruth() async throws {
    let folder = try TemporaryFolder()
    var numbers = SplitMix64(seed: 7)
    let image = try await image(in: folder, "96M")
    let tree = folder("filler")
    try await Tool.require("mkdir", [tree])
    for index in 0..<150 {
      let size = Int.random(in: 1...900_000, using: &numbers)
      try folder.write([UInt8](repeating: 7, count: size), to: "filler/\(index)")
    }
    let filled = try await place(image, [tree, "/"])
    #expect(filled.status == 0, "\(filled.errors)")
    let removals = (0..<150).filter { _ in Bool.random(using: &numbers) }
    try folder.write(
      Array(removals.map { "rm /filler/\($0)\n" }.joined().utf8), to: "commands")
    try await Tool.require("debugfs", ["-w", "-f", folder("commands"), image])
    try await Placing.expectClean(image)
    var placed = 0
    var refused = 0
    for index in 0..<(Project.isLong ? 24 : 12) {
      let size = Int.random(in: 1...(12 << 20), using: &numbers)
      let source = try folder.write(numbers.bytes(size), to: "source")
      let unit = UInt64(1) << UInt64.random(in: 12...22, using: &numbers)
      let largest = try await PeerFreeSpace.ext4(image).largest(
        UInt64(size) >= unit ? unit : 4096)
      let before = try await digest(of: image)
      let result = try await place(image, ["--align", "\(unit)", source, "/new\(index)"])
      try await Placing.expectClean(image, "\(size) at \(unit)")
      if result.status == 0 {
        placed += 1
        let file = try #require(try PlacementDocument(result).files.first)
        #expect(file.extents == 1)
        let offset = try #require(file.bar_offset)
        #expect(UInt64(size) < unit || offset % unit == 0)
        let back = folder("back")
        try await Tool.require("debugfs", ["-R", "dump /new\(index) \(back)", image])
        try await Tool.run("cmp", [source, back]).expect(status: 0)
      } else {
        refused += 1
        #expect(result.status == 1 || result.status == 2, "\(result.errors)")
        if result.status == 2 { #expect(Placing.largest(in: result.errors) == largest) }
        #expect(largest < UInt64(size + 4095) / 4096 * 4096 || result.status == 1)
        #expect(try await digest(of: image) == before)
      }
    }
    #expect(placed > 2 && refused > 2, "\(placed) placed, \(refused) refused")
  }

  @Test func namesThatExistAndTheirReplacement() async throws {
    let folder = try TemporaryFolder()
    let image = try await image(in: folder)
    let one = try folder.write([UInt8](repeating: 1, count: 3 << 20), to: "one")
    let two = try folder.write([UInt8](repeating: 2, count: 5000), to: "two")
    try await place(image, [one, "/file"]).expect(status: 0)
    let free = try await PeerFreeSpace.ext4(image).runs
    try await place(image, [two, "/file"]).expect(status: 1)
    try await place(image, ["--force", two, "/file"]).expect(status: 0)
    try await Placing.expectClean(image)
    try await Tool.require("debugfs", ["-R", "dump /file \(folder("back"))", image])
    #expect(try folder.read("back") == [UInt8](repeating: 2, count: 5000))
    try await place(image, ["--force", one, "/file"]).expect(status: 0)
    #expect(
      try await PeerFreeSpace.ext4(image).runs.map(\.count).reduce(0, +)
        == free.map(\.count).reduce(0, +))
    try await place(image, ["--force", folder.path, "/file"]).expect(status: 2)
    try await Tool.require("debugfs", ["-w", "-R", "mkdir /directory", image])
    try await place(image, ["--force", folder("two"), "/file"]).expect(status: 0)
    try await Placing.expectClean(image)
  }

  @Test func manyNamesInADirectoryWithAnIndex() async throws {
    let folder = try TemporaryFolder()
    let image = try await image(in: folder)
    try await Tool.require("mkdir", [folder("many")])
    for index in 0..<600 { try folder.write([1], to: "many/a_rather_long_name_\(index)") }
    try await place(image, [folder("many"), "/"]).expect(status: 0)
    // e2fsck gives the directory its index.
    _ = try await Tool.run("e2fsck", ["-fyD", image])
    try folder.write([2], to: "more")
    for index in 0..<30 {
      try await place(image, [folder("more"), "/many/more\(index)"]).expect(status: 0)
    }
    try await Placing.expectClean(image)
    let names = try await Tool.require("debugfs", ["-R", "ls -p /many", image]).text
    #expect(names.split(separator: "\n").count == 632)
  }

  @Test func whatIsNotSoundIsRefused() async throws {
    let folder = try TemporaryFolder()
    let source = try folder.write([1], to: "source")
    for (request, code) in [
      ("feature needs_recovery", 2), ("set_super_value state 0", 2), ("set_super_value state 2", 2),
      ("feature inline_data", 2), ("feature quota", 2), ("feature project", 2),
      ("feature shared_blocks", 2),
    ] as [(String, Int32)] {
      let image = try await image(in: folder, "64M")
      try await Tool.require("debugfs", ["-w", "-R", request, image])
      let before = try await digest(of: image)
      let result = try await place(image, [source, "/a"])
      #expect(result.status == code, "\(request): \(result.errors)")
      #expect(try await digest(of: image) == before, "\(request)")
    }
    let text = try folder.write(Array("no file system".utf8), to: "text")
    try await place(text, [source, "/a"]).expect(status: 2)
    try await place(folder("missing"), [source, "/a"]).expect(status: 1)
    let short = try await image(in: folder, "64M")
    try await Tool.require("truncate", ["-s", "32M", short])
    try await place(short, [source, "/a"]).expect(status: 2)
  }

  /// However fast the machine is, three placements are killed before they end.
  /// A file system that guards against two mounts would count as mounted once it is claimed.
  @Test func whatGuardsAgainstTwoMountsIsNotClaimed() async throws {
    let folder = try TemporaryFolder()
    let source = try folder.write([1], to: "source")
    let image = try await image(in: folder, "64M", ["-Ommp"])
    let before = try await digest(of: image)
    let result = try await place(image, [source, "/a"])
    #expect(result.status == 2 && result.errors.contains("mmp"), "\(result.errors)")
    #expect(try await digest(of: image) == before)
  }

  /// It may lie where the other one did, and is not taken for it.
  @Test func aFileWithTheInodeOfAnotherIsAnother() async throws {
    let folder = try TemporaryFolder()
    let image = try await image(in: folder)
    func fingerprint() async throws -> String {
      try await place(image, ["--size", "3M", "/file"]).expect(status: 0)
      let map = try await Tool.iopmem(["fiemap", "--json", "--image", image, "/file"])
      return try await map.filtered(".files[0] | [.inode, .segments[0].bar_offset, .fingerprint]")
    }
    let first = try await fingerprint()
    try await Tool.require("debugfs", ["-w", "-R", "rm /file", image])
    let second = try await fingerprint()
    #expect(first.split(separator: ",").dropLast() == second.split(separator: ",").dropLast())
    #expect(first != second)
    try await Placing.expectClean(image)
  }

  @Test func killedInTheMiddleNothingHasTheName() async throws {
    let folder = try TemporaryFolder()
    let image = try await image(in: folder, "3G", ["-G64", "-Epacked_meta_blocks=1"])
    var kills = 0
    var milliseconds = 300
    while kills < 3, milliseconds > 0 {
      let ended = try await Tool.run(
        "timeout",
        [
          "-s", "KILL", "\(Double(milliseconds) / 1000)", Project.binary, "place", "--image",
          image, "--size", "1800M", "/buffer",
        ])
      if ended.status == 0 {
        try await Tool.require("debugfs", ["-w", "-R", "rm /buffer", image])
      } else {
        #expect(ended.status == 128 + 9, "\(milliseconds) ms: \(ended.errors)")
        kills += 1
        try await Placing.expectClean(image)
        let found = try await Tool.run("debugfs", ["-R", "stat /buffer", image])
        #expect((found.text + found.errors).contains("File not found"))
      }
      milliseconds /= 2
    }
    #expect(kills == 3, "the placements ended before they were killed")
  }
}
