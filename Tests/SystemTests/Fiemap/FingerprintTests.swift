import Linux
import SystemPackage
import TestSupport
import Testing

@Suite(.enabled(if: Project.isRoot, "needs root: loop devices"))
struct FingerprintTests {
  /// Mounted or not, a file in a window has one fingerprint.
  @Test func offlineAndOnline() async throws {
    let volume = try await Volume(.ext4, size: "64M")
    let range = ["--offset", "1", "--length", "1M"]
    let online = try await volume.mounted { folder in
      try write("a", [(0, 300_000), (1 << 20, 5000)], in: folder)
      return [
        try await fingerprint([folder + "/a"]), try await fingerprint(range + [folder + "/a"]),
      ]
    }
    let image = ["--image", volume.image]
    #expect(
      try await [fingerprint(image + ["/a"]), fingerprint(image + range + ["/a"])] == online)
    #expect(online[0] != online[1])
  }

  /// A file that gets the inode and the blocks of one before it is another file.
  @Test(arguments: Volume.Kind.allCases)
  func theNextFileHasAnother(_ kind: Volume.Kind) async throws {
    let volume = try await Volume(kind, size: "512M")
    try await volume.mounted { folder in
      try write("a", [(0, 5000)], in: folder)
      let first = try #require(try await mapped([folder + "/a"]).first)
      try await Tool.require("rm", [folder + "/a"])
      try await Tool.require("sync", [])
      try write("a", [(0, 5000)], in: folder)
      let second = try #require(try await mapped([folder + "/a"]).first)
      #expect(first.fingerprint != second.fingerprint)
      #expect(first.inode == second.inode && first.generation != second.generation)
    }
  }

  /// The UUID is the one that the kernel's tools tell, and stands in every form.
  @Test(arguments: Volume.Kind.allCases)
  func everyForm(_ kind: Volume.Kind) async throws {
    let volume = try await Volume(kind, size: "512M")
    let uuid = try await Tool.require("blkid", ["-p", "-s", "UUID", "-o", "value", volume.image])
    try await volume.mounted { folder in
      try write("a", [(0, 5000)], in: folder)
      let file = try #require(try await mapped([folder + "/a"]).first)
      #expect(file.filesystemUuid + "\n" == uuid.text)
      let options = ["fiemap", "--base", base, "--no-dax-check", folder + "/a"]
      #expect(try await Tool.iopmem(options).text.contains("  fingerprint \(file.fingerprint)"))
      let table = try await Tool.iopmem(options + ["--csv"])
      #expect(table.text.hasSuffix(",\(file.fingerprint),no\n"))
    }
  }

  /// Nothing tells the files of a file system without a UUID from those of another.
  @Test func withoutUUID() async throws {
    let volume = try await Volume(.ext4, size: "64M", options: ["-U", "clear"])
    try await volume.mounted { folder in
      try write("a", [(0, 5000)], in: folder)
      let result = try await map([folder + "/a"])
      #expect(result.status == 3, "\(result.errors)")
      #expect(result.errors.contains("has no UUID"))
    }
    try await map(["--image", volume.image, "/a"]).expect(status: 3)
  }

  private func fingerprint(_ arguments: [String]) async throws -> String {
    try #require(try await mapped(arguments).first).fingerprint
  }
}
