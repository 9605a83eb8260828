import TestSupport
import Testing

/// What is in an image that no manifest declares, and what is put into it.
@Suite struct ApplyImageFolderTests {
  /// mke2fs makes `lost+found`, which is in the way of nothing but a file of that name.
  @Test(arguments: ["{path: lost+found/a, size: 5}", "{tree: lost+found, source: SOURCES}"])
  func whatGoesIntoTheFolderOfANewOne(_ file: String) async throws {
    let image = try AppliedImage()
    let sources = try TemporaryFolder()
    try sources.write([1, 2, 3], to: "a")
    let files = [file.replacing("SOURCES", with: sources.path)]
    let (plan, _) = try await image.apply(files, ["--plan"])
    let (made, tool) = try await image.apply(files)
    #expect(made.states == ["created", "created"] && plan.states == made.states, "\(tool.errors)")
    try await Placing.expectClean(image.image)
    #expect(try await image.apply(files).0.states == ["ok", "ok"])
  }

  @Test func aFileInThePlaceOfTheFolder() async throws {
    let image = try AppliedImage()
    for options in [["--plan"], []] {
      let (refused, tool) = try await image.apply(["{path: lost+found, size: 5}"], options)
      tool.expect(status: 2)
      #expect(refused.states == ["refused"] && !refused.changed)
      #expect(tool.errors.contains("is a folder of the file system's own"), "\(tool.errors)")
      #expect(try await Tool.run("test", ["-e", image.image]).status == 1)
    }
  }

  /// To the kernel `A` and `a` would be one.
  @Test func aFolderThatFoldsCaseGetsNoName() async throws {
    let image = try AppliedImage()
    try await Tool.iopmem(["mkfs", "--size", "64M", image.image, "--", "-O", "casefold"])
      .expect(status: 0)
    for command in ["mkdir /folded", "sif /folded flags 0x40080000"] {
      try await Tool.require("debugfs", ["-w", "-R", command, image.image])
    }
    let before = try await digest(of: image.image)
    for path in ["folded/A", "folded/new/A"] {
      for options in [["--plan"], []] {
        let (_, tool) = try await image.apply(["{path: \(path), size: 5}"], options)
        tool.expect(status: 2)
        #expect(tool.errors.contains("folds case"), "\(tool.errors)")
        #expect(try await digest(of: image.image) == before)
      }
    }
  }

  /// chattr +a, as mounted.
  @Test func anAppendOnlyFileIsLeftAlone() async throws {
    let image = try AppliedImage()
    _ = try await image.apply(["{path: a, size: 5}"])
    try await Tool.require("debugfs", ["-w", "-R", "sif /a flags 0x80020", image.image])
    let before = try await digest(of: image.image)
    for options in [["--plan"], []] {
      let (_, tool) = try await image.apply(["{path: a, size: 6}"], options)
      tool.expect(status: 2)
      #expect(tool.errors.contains("is immutable or append-only"), "\(tool.errors)")
    }
    let (kept, tool) = try await image.apply(["{path: b, size: 0}"], ["--prune", "--plan"])
    #expect(kept.states == ["ok", "created", "kept"], "\(tool.errors)")
    #expect(try await digest(of: image.image) == before)
  }

  /// chattr +i and +a of a folder, as mounted.
  @Test(arguments: [("0x80010", "immutable", 3), ("0x80020", "append-only", 2)])
  func aFolderThatKeepsItsNames(_ flags: String, _ word: String, _ refusals: Int) async throws {
    let image = try AppliedImage()
    _ = try await image.apply(["{path: d/a, size: 5}"])
    try await Tool.require("debugfs", ["-w", "-R", "sif /d flags \(flags)", image.image])
    let before = try await digest(of: image.image)
    let changes = [["{path: d/a, size: 6}"], ["{path: b, size: 5}"], ["{path: d/b, size: 5}"]]
    for (index, files) in changes.enumerated() {
      for options in [["--prune", "--plan"], ["--prune"]] where index < refusals {
        let (_, tool) = try await image.apply(files, options)
        tool.expect(status: 2)
        #expect(tool.errors.contains("/d: is \(word), and keeps its names"), "\(tool.errors)")
      }
    }
    let source = try image.folder.write([1], to: "source")
    let place = ["place", "--image", image.image, "--force", source]
    try await Tool.iopmem(place + ["/d/a"]).expect(status: 2)
    #expect(try await digest(of: image.image) == before)
    try await Tool.iopmem(place + ["/d/new"]).expect(status: refusals == 3 ? 2 : 0)
    try await Placing.expectClean(image.image)
  }
}
