import TestSupport
import Testing

@Suite struct PinnedPlaceTests {
  @Test(.enabled(if: Project.isRoot, "needs root: loop devices"), arguments: Volume.Kind.allCases)
  func mounted(_ kind: Volume.Kind) async throws {
    let volume = try await Volume(kind, size: "512M")
    try volume.folder.write([UInt8](repeating: 7, count: 70_000), to: "a")
    try volume.folder.write([UInt8](repeating: 8, count: 5000), to: "b")
    let place = ["place", "--pin", "--no-dax-check", "--base", base]
    try await volume.mounted { folder in
      let refused = try await Tool.iopmem(
        ["place", "--pin", "--base", base, "--size", "1M", folder + "/buffer"])
      #expect(refused.status == 2, "\(refused.errors)")
      #expect(refused.errors.contains("not DAX"))
      let sources = [volume.folder("a"), volume.folder("b")]
      let json = try await Tool.require(Project.binary, place + ["--json"] + sources + [folder])
      #expect(try await Schema.complaint(about: json.output, verb: "place") == nil)
      #expect(json.text.matches(of: /"pinned":true/).count == 2)
      let maps = try await mapped(["--require-pin", folder + "/a", folder + "/b"])
      #expect(maps.count == 2)
      for force in [[], ["--force"]] {
        #expect(try await Tool.iopmem(place + force + sources + [folder]).status != 0)
      }
      let forced = try await Tool.iopmem(place + ["--force", volume.folder("a"), folder])
      #expect(forced.status == 2, "\(forced.errors)")
      #expect(forced.errors.contains("is immutable"))
      #expect(try await mapped([folder + "/a"]).first?.fingerprint == maps[0].fingerprint)
      try await Tool.require(Project.binary, ["unpin", folder + "/a", folder + "/b"])
      try await Tool.require(Project.binary, place + ["--force", volume.folder("a"), folder])
      #expect(try await mapped(["--require-pin", folder + "/a"]).count == 1)
      try await Tool.require(Project.binary, ["unpin", folder + "/a"])
    }
  }

  /// Without privileges too: the attribute is one of the inode's bits. Needs no root.
  @Test func image() async throws {
    let folder = try TemporaryFolder()
    let image = folder("bar.img")
    try await Tool.require("truncate", ["-s", "64M", image])
    try await Tool.require("mke2fs", ["-q", "-t", "ext4", "-b", "4096", image])
    try await Tool.require("mkdir", ["-p", folder("tree")])
    try folder.write([UInt8](repeating: 7, count: 70_000), to: "tree/a")
    let place = ["place", "--image", image]
    try await Tool.require(Project.binary, place + ["--pin", folder("tree"), "/"])
    try await Tool.require(Project.binary, place + [folder("tree/a"), "/free"])
    let flags = try await Tool.require("debugfs", ["-R", "stat /tree/a", image])
    #expect(flags.text.contains("Flags: 0x80010"), "\(flags.text)")
    let directory = try await Tool.require("debugfs", ["-R", "stat /tree", image])
    #expect(!directory.text.contains("Flags: 0x80010"))
    try await Tool.require("e2fsck", ["-fn", image])
    let maps = try await mapped(["--image", image, "/tree/a", "/free"])
    #expect(maps.map(\.pinned) == [true, false])
    let required = ["fiemap", "--image", image, "--require-pin"]
    try await Tool.iopmem(required + ["/tree/a"]).expect(status: 0)
    try await Tool.iopmem(required + ["/free"]).expect(status: 2)
    try await Tool.iopmem(place + ["--force", folder("tree/a"), "/tree"]).expect(status: 2)
  }
}
