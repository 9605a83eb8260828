import TestSupport
import Testing

/// Images whose parts contradict one another are not placed into, and stay as they are.
@Suite struct InconsistentImageTests {
  /// - Parameter commands: of debugfs, after which the superblock still says clean.
  @Test(arguments: [
    (["set_bg 0 free_blocks_count 5"], "free blocks, and its descriptor counts 5"),
    (["set_bg 0 free_inodes_count 5"], "free inodes, and its descriptor counts 5"),
    (["set_bg 0 used_dirs_count 0"], "directories, and its descriptor counts 0"),
    (["set_bg 0 itable_unused 60000"], "is in use where the table was never used"),
    (["ssv free_blocks_count 7"], "free blocks, and the superblock counts 7"),
    (["ssv free_inodes_count 7"], "free inodes, and the superblock counts 7"),
    (["freei /sub/f7"], "was deleted, or is marked as free"),
    (["freeb 3"], "is marked as free, and"),
    (["setb 16000"], "free blocks, and its descriptor counts"),
    (["seti <60>"], "inode 60 "),
    (["sif /small block[5] 3"], "block 3 is one of the file system's own"),
    (["sif /sub/f7 blocks 80"], "the inode counts 80"),
    (["sif /sub/f7 links_count 0"], "was deleted, or is marked as free"),
    (["sif <2> block[1] 1"], "tells of room for 1 entries"),
    (["sif /sub block[1] 1"], "tells of room for 1 entries"),
    (["sif /sub size 9000"], "is a directory of 9000 bytes that has other blocks"),
    (["sif <11> size 324362"], "is a directory of 324362 bytes that has other blocks"),
  ])
  func nothingIsWritten(_ damage: (commands: [String], words: String)) async throws {
    for feature in ["metadata_csum", "^metadata_csum,^uninit_bg"] {
      if feature.contains("^"), damage.commands[0].contains("itable") { continue }
      let image = try await OfflineImage(["-t", "ext4", "-O", feature])
      let source = try image.folder.write([UInt8](repeating: 5, count: 9000), to: "source")
      try await image.change(damage.commands)
      if damage.commands[0].hasPrefix("set_bg") && !feature.contains("^") {
        try await image.change(["set_bg 0 checksum calc"])
      }
      let before = try await digest(of: image.path)
      let result = try await Tool.iopmem(["place", "--image", image.path, source, "/new"])
      #expect(result.status == 2, "\(damage) \(feature): \(result.errors)")
      #expect(result.errors.contains(damage.words), "\(damage): \(result.errors)")
      #expect(result.errors.contains("run e2fsck"), "\(damage): \(result.errors)")
      #expect(try await digest(of: image.path) == before, "\(damage)")
      try await Tool.run("e2fsck", ["-fy", image.path]).expect(status: 0...1, "\(damage)")
      let repaired = try await Tool.iopmem(["place", "--image", image.path, source, "/new"])
      #expect(repaired.status == 0, "\(damage): \(repaired.errors)")
      try await Placing.expectClean(image.path)
    }
  }

  /// What stands in inodes that are reserved and that no feature uses is nobody's.
  @Test func numbersInUnusedInodes() async throws {
    let image = try await OfflineImage(["-t", "ext4", "-O", "^has_journal,^resize_inode"])
    try await image.change([
      "sif <3> block[0] 99999999", "sif <3> blocks 8", "sif <4> flags 0x80000",
      "sif <5> block[0] 99999999", "sif <6> block[0] 3", "sif <6> size 4096",
      "sif <7> block[IND] 99999999", "sif <7> blocks 8", "sif <8> block[0] 77",
      "sif <8> mode 0100600", "sif <9> block[DIND] 14", "sif <9> flags 0x10080000",
    ])
    let source = try image.folder.write([UInt8](repeating: 5, count: 9000), to: "source")
    let map = try await image.map("/big", "/sub/f7")
    #expect(map.status == 0, "\(map.errors)")
    let result = try await Tool.iopmem(["place", "--image", image.path, source, "/new"])
    #expect(result.status == 0, "\(result.errors)")
  }

  /// The same inodes are held against the rules where a feature, or a name's count, uses them.
  @Test(arguments: [
    ("resize_inode", ["sif <7> block[DIND] 99999999"], "inode 7"),
    ("has_journal", ["sif <8> block[5] 99999999"], "inode 8"),
    ("quota", ["sif <3> block[5] 99999999"], "inode 3"),
    ("orphan_file", ["sif <12> block[5] 99999999"], "inode 12"),
    ("^resize_inode", ["sif <5> links_count 1", "sif <5> block[0] 99999999"], "inode 5"),
  ])
  func numbersInUsedInodes(
    _ feature: String, _ numbers: [String], _ words: String
  ) async throws {
    let image = try await OfflineImage(["-t", "ext4", "-O", feature])
    try await image.change(numbers)
    let map = try await image.map("/big")
    #expect(map.status == 2 && map.errors.contains(words), "\(feature): \(map.errors)")
  }

  @Test func aBlockOfTwoFiles() async throws {
    let image = try await OfflineImage(["-t", "ext4"])
    let source = try image.folder.write([5], to: "source")
    let block = try await image.block(0, of: "/sub/f7")
    try await image.change(["sif /sub/f9 block[5] \(block)"])
    let result = try await Tool.iopmem(["place", "--image", image.path, source, "/new"])
    #expect(result.status == 2 && result.errors.contains("has a block of inode"))
  }
}
