import TestSupport
import Testing

/// What is said of images and paths that have no answer. Needs no root.
@Suite struct OfflineMessageTests {
  @Test func anEmptyFileHasNoSegments() async throws {
    let image = try await OfflineImage(["-t", "ext4", "-O", "inline_data"])
    let empty = try image.folder.write([], to: "empty")
    try await image.change(["write \(empty) zz"])
    let result = try await image.map("/zz")
    #expect(result.status == 0 && result.errors.isEmpty, "\(result.errors)")
    #expect(result.text.split(separator: "\n").count == 1)
  }

  /// There the parent has a name like any other for libext2fs.
  @Test func treesOfDirectoriesInTheirInodesStayInside() async throws {
    let image = try await OfflineImage(["-t", "ext4", "-O", "inline_data"])
    let file = try image.folder.write([UInt8](repeating: 7, count: 9000), to: "file")
    try await image.change(["mkdir d", "mkdir d/e", "write \(file) d/e/f"])
    let all = try await image.map("-r", "/")
    #expect(all.status == 0, "\(all.errors)")
    #expect(all.text.contains("/d/e/f,") && !all.text.contains(".."))
    let inside = try await image.map("-r", "/d")
    #expect(inside.status == 0, "\(inside.errors)")
    #expect(inside.text.split(separator: "\n").dropFirst().allSatisfy { $0.hasPrefix("/d/e/f,") })
  }

  @Test func verityIsRefused() async throws {
    let image = try await OfflineImage(["-t", "ext4", "-O", "verity"])
    try await image.change(["sif /small flags 0x180000"])
    let result = try await image.map("/small", "--allow", "encrypted")
    #expect(result.status == 2 && result.errors.contains("is guarded by fs-verity"))
  }

  @Test func linksAreNotFollowed() async throws {
    let image = try await OfflineImage(["-t", "ext4"])
    try await image.change(["symlink link sub", "symlink file small"])
    for path in ["/link/f7", "/link/../small"] {
      let result = try await image.map(path)
      #expect(result.status == 2 && result.errors.contains("passes a symbolic link"), "\(path)")
    }
    let link = try await image.map("/file")
    #expect(link.status == 2 && link.errors.contains("is no regular file"))
    let through = try await image.map("/small/x")
    #expect(through.status == 1 && through.errors.contains("is not in the file system"))
    #expect(through.errors.contains("Not a directory"))
    try await image.map("/sub/../small").expect(status: 0)
    try await image.map("sub/f7").expect(status: 0)
  }

  @Test func otherContentIsNamed() async throws {
    let folder = try TemporaryFolder()
    let image = folder("other")
    for (make, words) in [
      (["mkfs.xfs", "-q", "-f", image], "holds xfs"), (["mkswap", image], "swap"),
      (["sfdisk", "-q", image], "holds a partition table"),
      (["wipefs", "-qfa", image], "holds no file system that is known"),
    ] {
      try await Tool.require("truncate", ["-s", "400M", image])
      try await Tool.require("wipefs", ["-qfa", image])
      let input = "label: gpt\nsize=100M\n"
      try await Tool.require(
        "sh", ["-c", #"printf %s "$0" | "$@""#, input] + make)
      for verb in [
        ["fiemap", "--image", image, "/a"], ["place", "--image", image, make[0], "/a"],
      ] {
        let result = try await Tool.iopmem(verb)
        #expect(result.status == 2, "\(verb)")
        #expect(result.errors.contains(words), "\(result.errors)")
        #expect(!result.errors.contains("e2fsck"), "\(result.errors)")
      }
    }
  }

  /// Two files of one block, each right by itself.
  @Test func sharedBlocksAreLookedFor() async throws {
    for options in [["-t", "ext2"], ["-t", "ext4"], ["-t", "ext4", "-O", "bigalloc", "-C16384"]] {
      let image = try await OfflineImage(options)
      let sound = try await image.map("--check-shared", "-r", "/")
      #expect(sound.status == 0, "\(options): \(sound.errors)")
      let block = try await image.block(0, of: "/sub/f7")
      let field = options[1] == "ext2" ? "block[0]" : "block[5]"
      try await image.change(["sif /sub/f9 \(field) \(block)"])
      try await image.map("/sub/f7").expect(status: 0)
      for path in ["/sub/f7", "/sub/f9"] {
        let result = try await image.map("--check-shared", path)
        #expect(result.status == 2)
        #expect(result.errors.contains("block \(block) is also a block of inode"))
      }
      try await image.map("--check-shared", "/small", "/sub/f8").expect(status: 0)
      try await image.map("--check-shared", "--allow", "shared", "/sub/f7").expect(status: 0)
      try await image.change(["sif /sub/f3 \(field) 3"])
      try await image.map("/small").expect(status: 0)
      let unknown = try await image.map("--check-shared", "/small")
      #expect(unknown.status == 2 && unknown.errors.contains("block 3 is one of the file system"))
    }
    try await Tool.iopmem(["fiemap", "--check-shared", "/etc/passwd"]).expect(status: 64)
  }
}
