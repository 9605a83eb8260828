import TestSupport
import Testing

/// A feature that the operator adds is refused, or what is made can be placed into and mapped while
/// it is not mounted.
@Suite struct MkfsFeatureTests {
  private static let taken = [
    "metadata_csum_seed", "stable_inodes", "large_dir", "casefold", "orphan_file", "dir_nlink",
  ]
  private static let refused = [
    "quota", "project", "encrypt", "verity", "mmp", "bigalloc", "uninit_bg", "ea_inode",
    "inline_data", "fast_commit", "meta_bg", "resize_inode", "sparse_super", "dir_prealloc",
    "shared_blocks", "journal_dev", "read-only", "FEATURE_I29",
  ]

  private func make(_ image: String, _ extra: [String]) async throws -> Tool {
    try await Tool.iopmem(["mkfs", "--size", "64M", image, "--"] + extra)
  }

  @Test(
    arguments: taken.map { ["-O", $0] } + [
      ["-O", taken.joined(separator: ",")], ["-E", "encoding=utf8"], ["-E", "root_owner=1:2"],
    ])
  func whatIsMadeCanBePlacedInto(_ extra: [String]) async throws {
    let folder = try TemporaryFolder()
    let image = folder("image")
    let made = try await make(image, extra)
    try #require(made.status == 0, "\(extra): \(made.errors)")
    let tree = folder("tree")
    try await Tool.require("mkdir", [tree])
    try folder.write([UInt8](repeating: 5, count: 3 << 20), to: "tree/large")
    try folder.write([1, 2, 3], to: "tree/small")
    let placed = try await Tool.iopmem(["place", "--image", image, tree, "/"])
    #expect(placed.status == 0, "\(extra): \(placed.errors)")
    let mapped = try await Tool.iopmem(["fiemap", "--csv", "--image", image, "/tree/large"])
    #expect(mapped.status == 0, "\(extra): \(mapped.errors)")
    try await Placing.expectClean(image, "\(extra)")
  }

  @Test(arguments: refused)
  func nothingIsMade(_ feature: String) async throws {
    let folder = try TemporaryFolder()
    let result = try await make(folder("image"), ["-O", feature])
    #expect(result.status == 2, "\(feature): \(result.errors)")
    #expect(result.errors.contains("\"-O \(feature)\" is refused: "), "\(result.errors)")
    try await Tool.run("test", ["-e", folder("image")]).expect(status: 1)
  }

  /// Of a directory that folds case the names are not changed: two could become one.
  @Test func aDirectoryThatFoldsCaseIsLeftAlone() async throws {
    let folder = try TemporaryFolder()
    let image = folder("image")
    try await make(image, ["-O", "casefold"]).expect(status: 0)
    for command in ["mkdir /folded", "sif /folded flags 0x40080000"] {
      try await Tool.require("debugfs", ["-w", "-R", command, image])
    }
    let source = try folder.write([1], to: "source")
    let inside = try await Tool.iopmem(["place", "--image", image, source, "/folded/"])
    #expect(inside.status == 2 && inside.errors.contains("folds case"), "\(inside.errors)")
    try await Tool.iopmem(["place", "--image", image, source, "/"]).expect(status: 0)
    try await Placing.expectClean(image)
  }
}
