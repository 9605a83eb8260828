import TestSupport
import Testing

/// The same UUID, time and files make the same bytes.
@Suite struct ReproducibleImageTests {
  private let epoch = ["SOURCE_DATE_EPOCH": "1700000000"]

  /// An image with a tree in it, made at its own time, of sources that were read at their own time.
  private func image(_ name: String, of tree: String, in folder: TemporaryFolder) async throws
    -> String
  {
    let image = folder(name)
    let uuid = "11111111-2222-3333-4444-555555555555"
    try await Tool.iopmem(
      ["mkfs", "-U", uuid, "-L", "same", "--size", "256M", image], environment: epoch
    ).expect(status: 0)
    for (options, place) in [([], "/plain"), (["--preserve"], "/kept"), (["--pin"], "/pinned")] {
      try await Tool.iopmem(
        ["place", "--image", image] + options + [tree, place], environment: epoch
      ).expect(status: 0)
    }
    try await Tool.iopmem(
      ["place", "--force", "--image", image, tree, "/plain"], environment: epoch
    ).expect(status: 0)
    return image
  }

  @Test func imagesAreEqualByteForByte() async throws {
    let folder = try TemporaryFolder()
    var numbers = SplitMix64(seed: 5)
    let tree = try await Placing.makeTree(in: folder, &numbers)
    let first = try await image("first.img", of: tree, in: folder)
    // Another second, without waiting for one; and the second time from far in the future.
    try await Tool.require(
      "find", [tree, "-exec", "touch", "-h", "-a", "-d", "@1600000000", "{}", "+"])
    let second = try await image("second.img", of: tree, in: folder)
    let difference = try await Tool.run("cmp", ["-l", first, second])
    #expect(difference.status == 0, "\(difference.text.prefix(400))\(difference.errors)")
    try await Placing.expectClean(first)
    let root = try await Tool.require("debugfs", ["-R", "stat /kept", first]).text
    #expect(root.contains("ctime: 0x6553f100"), "\(root)")
  }

  /// What would come out different the next time is no success.
  @Test(arguments: ["", "now", "0", "-1", "4294967296", "1700000000.5"])
  func timesThatAreNone(_ text: String) async throws {
    let folder = try TemporaryFolder()
    let environment = ["SOURCE_DATE_EPOCH": text]
    let made = try await Tool.iopmem(
      ["mkfs", "--size", "16M", folder("image")], environment: environment)
    made.expect(status: 64)
    let source = try folder.write([1], to: "source")
    let image = folder("other")
    try await Tool.iopmem(["mkfs", "--size", "16M", image]).expect(status: 0)
    let placed = try await Tool.iopmem(
      ["place", "--image", image, source, "/f"], environment: environment)
    placed.expect(status: 64)
  }
}
