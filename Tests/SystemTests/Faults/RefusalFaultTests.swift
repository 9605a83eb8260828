import TestSupport
import Testing

/// Each system call of what is refused fails in turn: it stays refused, and nothing is changed. What is not
/// seen is not taken for absent.
@Suite struct RefusalFaultTests {
  private func hold(
    _ name: String, _ arguments: [String], status: Int32 = 2, image: String,
    _ folder: TemporaryFolder
  ) async throws {
    let before = try await digest(of: image)
    let faults = Faults(
      name: name, arguments: arguments, folder: folder, quick: 4, status: status)
    try await faults.stepThrough { result, _, note in
      #expect(result.status != 0, "\(note)")
      #expect(result.output.isEmpty, "\(note)")
      let after = try await digest(of: image)
      #expect(after == before, "\(note)")
    }
  }

  /// An image of a file system that nobody uses.
  private func image() async throws -> (TemporaryFolder, image: String, source: String) {
    let folder = try TemporaryFolder()
    try await Tool.require("truncate", ["-s", "16M", folder("image")])
    try await Tool.require("mke2fs", ["-q", "-t", "ext4", "-b", "4096", folder("image")])
    let source = try folder.write([UInt8](repeating: 5, count: 9000), to: "source")
    try await Tool.require(
      Project.binary, ["place", "-q", "--image", folder("image"), source, "/file"])
    return (folder, folder("image"), source)
  }

  @Test func formattingWhatHoldsSomething() async throws {
    let (folder, image, _) = try await image()
    try await hold("mkfs of what holds a file system", ["mkfs", image], image: image, folder)
    let table = try folder.write([], to: "table")
    try await Tool.require("truncate", ["-s", "16M", table])
    try await Tool.require(
      "sh", ["-c", #"printf 'label: gpt\nstart=2048\n' | sfdisk -q "$0""#, table])
    try await hold("mkfs of what holds partitions", ["mkfs", table], image: table, folder)
  }

  @Test(.enabled(if: Project.isRoot, "needs root: loop devices"))
  func whatIsAttached() async throws {
    let (folder, image, source) = try await image()
    try await LoopDevice.with(image) { _ in
      try await hold(
        "fiemap --image of what is attached",
        ["fiemap", "--image", image, "--base", "0xc0000000", "/file"], image: image, folder)
      try await hold(
        "place --image into what is attached", ["place", "--image", image, source, "/new"],
        image: image, folder)
      try await hold(
        "mkfs --force of what is attached", ["mkfs", "--force", image], image: image, folder)
    }
  }
}
