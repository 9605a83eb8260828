import TestSupport
import Testing

/// Each system call of making a file system in an image fails in turn, those of mke2fs and mkfs.xfs too: it
/// is as asked for, or is not said to be, and the next run makes it.
@Suite struct MkfsFaultTests {
  private static let uuid = "8a3f6c1e-0000-4000-8000-0123456789ab"

  /// What is not of the moment.
  private func description(_ image: String, _ type: String) async throws -> String? {
    let tool =
      try await type == "xfs"
      ? Tool.run("xfs_db", ["-r", "-c", "sb 0", "-c", "print", image])
      : Tool.run("dumpe2fs", [image])
    if tool.status != 0 { return nil }
    let moments = [
      "created:", "time:", "checked:", "Checksum", "checksum", "Hash Seed", "crc =", "Lifetime",
    ]
    return tool.text.split(separator: "\n")
      .filter { line in !moments.contains { line.contains($0) } }.joined(separator: "\n")
  }

  private func expectClean(_ image: String, _ type: String, _ note: String) async throws {
    let check =
      try await type == "xfs"
      ? Tool.run("xfs_repair", ["-n", image]) : Tool.run("e2fsck", ["-fn", image])
    #expect(check.status == 0, "\(check.text)\(check.errors) after \(note)")
  }

  @Test(arguments: ["ext4", "xfs"], [false, true])
  func inAnImage(_ type: String, isThere: Bool) async throws {
    let folder = try TemporaryFolder()
    let (image, size) = (folder("image"), type == "xfs" ? "320M" : "64M")
    let how = ["mkfs", "--quiet", "-t", type, "-U", Self.uuid]
    let arguments = how + (isThere ? [image] : ["--size", size, image])
    func prepare() async throws {
      try await Tool.require("rm", ["-f", image])
      if isThere { try await Tool.require("truncate", ["-s", size, image]) }
    }
    try await prepare()
    try await Tool.require(Project.binary, arguments)
    let whole = try await description(image, type)
    try #require(whole != nil)
    let faults = Faults(
      name: "mkfs -t \(type)\(isThere ? "" : " --size")", arguments: arguments, folder: folder,
      quick: 3)
    try await faults.stepThrough(
      prepare: prepare,
      { result, _, note in
        if result.status == 0 {
          #expect(try await description(image, type) == whole, "\(note)")
          try await expectClean(image, type, note)
        }
        // What a tool left half made is no blank device: it is told, and --force overwrites it.
        let isLeft =
          result.status == Faults.killed || result.errors.contains("half written")
          || result.errors.contains("could not be removed")
        let again = try await Tool.iopmem(
          how + (isLeft ? ["--force"] : ["--if-blank"]) + ["--size", size, image])
        #expect(again.status == 0, "\(again.errors) after \(note)")
        #expect(try await description(image, type) == whole, "the run after \(note)")
        try await expectClean(image, type, "the run after \(note)")
        #expect(try await Tool.require("ls", ["-A", folder.path]).text == "image\n", "\(note)")
      })
  }
}
