import SystemPackage
import TestSupport
import Testing

/// How `iopmem apply` brings image files about; nobody has to be root for it.
@Suite struct ApplyImageTests {
  private func files(_ image: AppliedImage) -> [String] {
    [
      image.file("models/a", "a", ", mode: 0640, pinned: true"), image.file("models/b", "b"),
      "{path: ring, size: 4MiB, pinned: true}",
    ]
  }

  private func filled() throws -> AppliedImage {
    let image = try AppliedImage()
    try image.source("a", 1, count: 3_000_001)
    try image.source("b", 2, count: 5)
    return image
  }

  @Test func itIsMadeOnceAndThenLeftAlone() async throws {
    let image = try filled()
    let maps = "    maps: [{to: \(image.folder("m.json")), files: [models/a, ring]}]"
    let (plan, _) = try await image.apply(files(image), ["--plan"], maps)
    #expect(plan.states == Array(repeating: "created", count: 5))
    #expect(try await Tool.run("test", ["-e", image.image]).status == 1)
    let (first, tool) = try await image.apply(files(image), [], maps)
    #expect(first.states == plan.states, "\(tool.errors)")
    #expect(first.items.map(\.subject).prefix(2) == [image.image, "/models/a"])
    try await image.expectWhole(beside: ["a", "b", "m.json"])
    let state = try await image.state()
    for options in [["--plan"], [], ["--verify"], ["--prune"], []] {
      let (again, tool) = try await image.apply(files(image), options, maps)
      #expect(!again.changed && again.states == Array(repeating: "ok", count: 5), "\(tool.errors)")
    }
    #expect(try await image.state() == state)
    #expect(try await image.bytes("models/a") == image.folder.read("a"))
    let asked = try await Tool.require(
      Project.binary,
      [
        "fiemap", "--image", image.image, "--base", "0xc0000000", "--json", "--require-pin",
        "/models/a", "/ring",
      ])
    #expect(try image.folder.read("m.json") == asked.output)
    let inode = try await Tool.require("debugfs", ["-R", "stat /models/a", image.image]).text
    #expect(inode.contains("Mode:  0640") && inode.contains("0xc0000000") == false)
  }

  /// By another way to its folder, so that the names differ.
  @Test func noMapTakesTheNameOfAnImageThatIsNotThereYet() async throws {
    let image = try filled()
    try await Tool.require("ln", ["-s", image.folder.path, image.folder("link")])
    let name = FilePath(image.image).lastComponent?.string ?? ""
    let map = "    maps: [{to: \(image.folder("link/" + name)), files: [models/a]}]"
    let (refused, tool) = try await image.apply(files(image), [], map)
    #expect(refused.states == ["refused"] && tool.status == 2)
    #expect(tool.errors.contains("is a declared image"), "\(tool.errors)")
    #expect(try await Tool.run("test", ["-e", image.image]).status == 1)
  }

  @Test func whatDiffersIsReplacedWholeAndTheRestStays() async throws {
    let image = try filled()
    _ = try await image.apply(files(image))
    let b = try await Tool.require(
      Project.binary, ["fiemap", "--image", image.image, "--json", "/models/b", "/ring"])
    try image.source("a", 3, count: 3_000_001)
    let (plan, _) = try await image.apply(files(image), ["--plan"])
    #expect(plan.states == ["ok", "replaced", "ok", "ok"])
    let (replaced, tool) = try await image.apply(files(image))
    #expect(replaced.states == ["ok", "replaced", "ok", "ok"], "\(tool.errors)")
    #expect(try await image.bytes("models/a") == image.folder.read("a"))
    let after = try await Tool.require(
      Project.binary, ["fiemap", "--image", image.image, "--json", "/models/b", "/ring"])
    #expect(after.output == b.output)
    try await image.expectWhole(beside: ["a", "b"])
    // Bytes that no time tells of, as a peer writes them.
    try await Tool.require(
      "sh",
      [
        "-euc",
        """
        at=$("$0" fiemap --image "$1" --format csv /models/a | tail -n 1 | cut -d , -f 4)
        printf x | dd of="$1" bs=1 seek="$at" conv=notrunc status=none
        """, Project.binary, image.image,
      ])
    #expect(try await !image.apply(files(image)).0.changed)
    #expect(
      try await image.apply(files(image), ["--verify"]).0.states == ["ok", "replaced", "ok", "ok"])
    #expect(try await !image.apply(files(image), ["--verify"]).0.changed)
  }

  @Test func ownersModesAndPinsAreMendedInPlace() async throws {
    let image = try filled()
    _ = try await image.apply(files(image))
    let place = ["fiemap", "--image", image.image, "--format", "csv", "/models/a", "/models/b"]
    let before = try await Tool.require(Project.binary, place).text
      .replacing(/,(yes|no)\n/, with: "\n")
    let other = [
      image.file("models/a", "a", ", mode: 0600, pinned: false"),
      image.file("models/b", "b", ", pinned: true"), "{path: ring, size: 4MiB}",
    ]
    let (mended, tool) = try await image.apply(other)
    #expect(mended.states == ["ok", "mended", "mended", "ok"], "\(tool.errors)")
    #expect(
      mended.items.compactMap(\.reason) == ["mode 0600, not 0640, no longer pinned", "pinned"])
    let after = try await Tool.require(Project.binary, place)
    #expect(after.text.replacing(/,(yes|no)\n/, with: "\n") == before)
    #expect(try await !image.apply(other).0.changed)
    try await image.expectWhole(beside: ["a", "b"])
    // A pin that the manifest does not speak of is somebody's word.
    try image.source("b", 9, count: 5)
    let (refused, why) = try await image.apply([image.file("models/b", "b")])
    #expect(refused.states == ["ok", "refused"] && !refused.changed && why.status == 2)
  }

  @Test func whatIsNoLongerDeclaredGoesOnlyWhenAsked() async throws {
    let image = try filled()
    _ = try await image.apply(files(image))
    let one = [image.file("models/b", "b")]
    #expect(try await !image.apply(one).0.changed)
    let (plan, _) = try await image.apply(one, ["--prune", "--plan"])
    let (pruned, tool) = try await image.apply(one, ["--prune"])
    #expect(pruned.states == ["ok", "ok", "removed", "removed"], "\(tool.errors)")
    #expect(plan.states == pruned.states)
    try await image.expectWhole(beside: ["a", "b"])
    #expect(try await !image.apply(one, ["--prune"]).0.changed)
    let names = try await Tool.require("debugfs", ["-R", "ls -p /models", image.image]).text
    #expect(names.contains("/b/") && !names.contains("/a/"))
  }

  @Test func theImageKeepsItsRights() async throws {
    let image = try filled()
    _ = try await image.apply([])
    try await Tool.require("chmod", ["600", image.image])
    _ = try await image.apply(files(image))
    #expect(try await Tool.require("stat", ["-c", "%a", image.image]).text == "600\n")
  }

  @Test func nothingIsDoneWhereAnythingIsRefused() async throws {
    let image = try filled()
    let missing = files(image) + [image.file("c", "none")]
    let (none, _) = try await image.apply(missing)
    #expect(none.states == ["refused"] && !none.changed)
    #expect(try await Tool.run("test", ["-e", image.image]).status == 1)
    _ = try await image.apply(files(image))
    try image.source("a", 3, count: 100)
    let state = try await image.state()
    let digest = image.file("d", "b", ", digest: xxh128:00112233445566778899aabbccddeeff")
    for (more, words) in [
      (image.file("c", "none"), "none"), (digest, "is declared"),
      (image.file("ring/x", "b"), "is no directory"),
      ("{path: huge, size: 1GiB}", "are free for files"),
    ] {
      let (refused, tool) = try await image.apply(Array(files(image).prefix(1)) + [more])
      #expect(refused.states.last == "refused" && !refused.changed, "\(more)")
      #expect(tool.errors.contains(words), "\(more): \(tool.errors)")
      #expect(try await image.state() == state)
    }
    let (folder, _) = try await image.apply([image.file("models", "b")])
    #expect(folder.states == ["ok", "refused"])
    #expect(try await image.state() == state)
    try await Tool.require("truncate", ["-s", "65M", image.image])
    let (longer, tool) = try await image.apply(files(image))
    #expect(longer.states == ["refused"] && tool.errors.contains("are declared"))
  }

  @Test func noOtherFileBecomesAnImage() async throws {
    let image = try filled()
    let link = "rm -f bar.img; echo x >other; ln -s other bar.img"
    for (script, words) in [
      (link, "is no regular file"), ("rm bar.img; mkfifo bar.img", "is no regular file"),
      ("rm bar.img; mkdir bar.img", "is no regular file"),
      ("rmdir bar.img; truncate -s 64M bar.img; ln bar.img second", "has 2 names"),
      ("rm second; mkswap -q bar.img", "holds swap, not ext4"),
      ("mke2fs -Fqb 1024 -t ext4 bar.img", "has blocks of 1024 bytes"),
    ] {
      try await Tool.require("sh", ["-euc", "cd \(image.folder.path); \(script)"])
      for options in [["--plan"], []] {
        let (refused, tool) = try await image.apply(files(image), options)
        #expect(refused.states == ["refused"] && !refused.changed && tool.status == 2, "\(script)")
        #expect(tool.errors.contains(words), "\(script): \(tool.errors)")
      }
    }
    try await Tool.require(
      "sh", ["-euc", "cd \(image.folder.path); rm bar.img; truncate -s 64M bar.img"])
    let (made, tool) = try await image.apply(files(image))
    #expect(made.states == Array(repeating: "created", count: 4), "\(tool.errors)")
    try await image.expectWhole(beside: ["a", "b", "other"])
  }

  /// A device is looked at in its first and last MiB; an image is replaced as a whole.
  @Test func whatLiesAmidAnImageIsNotLost() async throws {
    let image = try filled()
    for place in [0, 2 << 20, 30 << 20, (64 << 20) - 1] {
      try await Tool.require(
        "sh",
        [
          "-euc",
          "rm -f \"$1\"; truncate -s 64M \"$1\"; printf x | dd of=\"$1\" conv=notrunc bs=1 seek=\(place)",
          "sh", image.image,
        ])
      let before = try await digest(of: image.image)
      for options in [["--plan"], []] {
        let (refused, tool) = try await image.apply(files(image), options)
        #expect(refused.states == ["refused"] && tool.status == 2, "\(place): \(tool.text)")
        #expect(tool.text.contains("\"code\":\"not-blank\""), "\(place): \(tool.text)")
      }
      #expect(try await digest(of: image.image) == before)
    }
    // Zeros that are written are nothing, too.
    try await Tool.require(
      "dd", ["if=/dev/zero", "of=" + image.image, "bs=1M", "count=3", "conv=notrunc", "seek=20"])
    try await Tool.require(
      "sh", ["-euc", "truncate -s 60M \"$1\"; truncate -s 64M \"$1\"", "sh", image.image])
    let (made, tool) = try await image.apply(files(image))
    #expect(made.changed && tool.status == 0, "\(tool.errors)")
  }

  @Test func aLockedImageIsWaitedForAndAHeldOneRefused() async throws {
    let image = try filled()
    _ = try await image.apply(files(image))
    try image.source("a", 3, count: 100)
    let manifest = try image.manifest(files(image))
    let run = try await Tool.run(
      "sh",
      [
        "-euc",
        """
        flock "$1" sh -c 'echo >"$0"; sleep 1' "$3" & while [ ! -e "$3" ]; do sleep 0.01; done
        "$0" apply "$2"; wait
        """, Project.binary, image.image, manifest, image.folder("locked"),
      ])
    #expect(run.status == 0 && run.text.contains("replaced file"), "\(run.errors)")
  }

  /// A plan refuses what the run would, once, under the same name; and neither leaves anything.
  @Test(.enabled(if: Project.isRoot, "needs root: chattr"))
  func aPlanRefusesWhatTheRunWould() async throws {
    let image = try filled()
    _ = try await image.apply([])
    func expect(_ words: String, _ code: String) async throws {
      for options in [["--plan"], []] {
        let (refused, tool) = try await image.apply(files(image), options)
        #expect(refused.states == ["refused"] && !refused.changed, "\(refused.items)")
        #expect(refused.items[0].code == code, "\(refused.items)")
        #expect(tool.errors.contains(words), "\(tool.errors)")
      }
    }
    for (flag, words) in [("i", "is immutable"), ("a", "is append-only")] {
      try await Tool.require("chattr", ["+" + flag, image.image])
      do { try await expect(words, "pinned") } catch {
        try await Tool.require("chattr", ["-" + flag, image.image])
        throw error
      }
      try await Tool.require("chattr", ["-" + flag, image.image])
    }
    let (_, tool) = try await image.apply(files(image))
    #expect(tool.status == 0, "\(tool.errors)")
    let missing = image.folder("missing/bar.img")
    let manifest = """
      {"schema": "iopmem.manifest/1",
       "filesystems": [{"on": {"image": "\(missing)", "size": "64MiB"}, "type": "ext4"}]}
      """
    let path = try image.folder.write(manifest.utf8, to: "missing.json")
    for options in [["--plan"], []] {
      let refused = try await Tool.iopmem(["apply", "--json"] + options + [path])
      refused.expect(status: 1)
      #expect(
        try await refused.filtered("[.items[].state, .items[].code]")
          == #"["refused","not-found"]"#)
    }
  }

  @Test(.enabled(if: Project.isRoot, "needs root: chattr"))
  func attributesOfTheImageStay() async throws {
    let image = try filled()
    _ = try await image.apply([])
    try await Tool.require("chattr", ["+AdS", image.image])
    _ = try await image.apply(files(image))
    let attributes = try await Tool.require("lsattr", [image.image]).text.prefix { $0 != " " }
    #expect(Set("AdS").isSubset(of: attributes), "\(attributes)")
  }
}
