import TestSupport
import Testing

/// What `iopmem apply` makes, leaves alone, mends and refuses.
@Suite(.enabled(if: Project.isRoot, "needs root: loop devices")) struct ApplyTests {
  @Test func theFirstOfTenMakesAndNineChangeNothing() async throws {
    try await AppliedVolume.with { volume in
      try volume.source("a", [UInt8](repeating: 7, count: 5 << 20))
      try volume.source("b", [UInt8](repeating: 8, count: 3000))
      let files = [
        volume.file("deep/er/a.bin", "a", ", mode: 0640, owner: 5, group: 6, pinned: true"),
        volume.file("deep/b", "b"), "{path: ring, size: 4MiB, pinned: true}",
        "{path: none, size: 0}",
      ]
      let (plan, _) = try await volume.apply(files, ["--plan"])
      #expect(plan.plan && plan.changed && plan.states == Array(repeating: "created", count: 5))
      let (first, _) = try await volume.apply(files)
      #expect(!first.plan && first.changed)
      #expect(first.states == Array(repeating: "created", count: 5))
      let state = try await volume.state()
      #expect(state.matches(of: /----i-/).count == 2, "\(state)")
      #expect(state.contains(" 640 5 6"))
      for options in [["--plan"], [], [], [], ["--verify"], [], [], [], []] {
        let (again, tool) = try await volume.apply(files, options)
        #expect(!again.changed && tool.status == 0)
        #expect(again.states == Array(repeating: "ok", count: 5))
        #expect(try await volume.state() == state)
      }
      try await volume.device.unmount(volume.mount)
      let (remounted, _) = try await volume.apply(files)
      #expect(remounted.states == ["created"] + Array(repeating: "ok", count: 4))
      #expect(try await volume.state() == state)
    }
  }

  @Test func whatDiffersIsReplacedAndTheRestLeftAlone() async throws {
    try await AppliedVolume.with { volume in
      try volume.source("a", [UInt8](repeating: 7, count: 70_000))
      try volume.source("b", [UInt8](repeating: 8, count: 3000))
      let files = [volume.file("a", "a", ", pinned: true"), volume.file("b", "b")]
      _ = try await volume.apply(files)
      let state = try await volume.state()
      // New times alone are no new content.
      try await Tool.require("touch", [volume.folder("src/a"), volume.folder("src/b")])
      let (touched, _) = try await volume.apply(files)
      #expect(!touched.changed)
      // The record of a file that is not pinned was renewed, which changes its inode.
      #expect(
        try await volume.state().split(separator: "\n").count == state.split(separator: "\n").count)
      try volume.source("a", [UInt8](repeating: 9, count: 70_000))
      let (plan, _) = try await volume.apply(files, ["--plan"])
      #expect(plan.states == ["ok", "replaced", "ok"])
      let (replaced, _) = try await volume.apply(files)
      #expect(replaced.states == ["ok", "replaced", "ok"])
      #expect(replaced.items[1].reason == "its source has changed")
      try await Tool.require("cmp", [volume.folder("src/a"), volume.mount + "/a"])
      #expect(try await Tool.require("lsattr", [volume.mount + "/a"]).text.hasPrefix("----i-"))
      #expect(try await !volume.apply(files).0.changed)
    }
  }

  @Test func whatOthersChangedIsSeen() async throws {
    try await AppliedVolume.with { volume in
      try volume.source("a", [UInt8](repeating: 7, count: 70_000))
      let files = [volume.file("a", "a", ", mode: 0600"), "{path: ring, size: 64KiB}"]
      _ = try await volume.apply(files)
      let a = volume.mount + "/a"
      try await Tool.require("sh", ["-euc", "printf x | dd of=\(a) conv=notrunc status=none"])
      let (bytes, _) = try await volume.apply(files)
      #expect(bytes.states == ["ok", "replaced", "ok"])
      #expect(bytes.items[1].reason == "its bytes are not the source's")
      // With the time put back only the bytes tell.
      try await Tool.require(
        "sh",
        [
          "-euc",
          "cp -p \(a) \(a).old; printf x | dd of=\(a) conv=notrunc status=none; touch -r \(a).old \(a)",
        ])
      #expect(try await volume.apply(files).0.states == ["ok", "ok", "ok"])
      #expect(try await volume.apply(files, ["--verify"]).0.states == ["ok", "replaced", "ok"])
      // A peer's writes into a buffer are what it is for.
      let ring = volume.mount + "/ring"
      try await Tool.require("sh", ["-euc", "printf x | dd of=\(ring) conv=notrunc status=none"])
      #expect(try await volume.apply(files, ["--verify"]).0.states == ["ok", "ok", "ok"])
      try await Tool.require("truncate", ["-s", "60K", ring])
      try await Tool.require("chmod", ["644", a])
      let (drift, _) = try await volume.apply(files)
      #expect(drift.states == ["ok", "mended", "replaced"])
      // A file that moved to where it is not in one piece.
      try await Tool.require(
        "sh", ["-euc", "fallocate -p -o 8192 -l 4096 \(ring)"])
      let (moved, _) = try await volume.apply(files)
      #expect(moved.states == ["ok", "ok", "replaced"])
      #expect(moved.items[2].reason == "has a hole")
    }
  }

  @Test func whatIsAlikeAndSomebodyElsesIsTakenAsItIs() async throws {
    try await AppliedVolume.with { volume in
      try volume.source("a", [UInt8](repeating: 7, count: 70_000))
      let files = [volume.file("a", "a")]
      _ = try await volume.apply([])
      try await Tool.require(
        Project.binary,
        ["place", "--base", "0xc0000000", volume.folder("src/a"), volume.mount + "/a"])
      let state = try await volume.state()
      #expect(try await volume.apply(files).0.states == ["ok", "ok"])
      #expect(try await volume.state() == state)
      // A pin that apply did not set is another's promise.
      try await Tool.require("chattr", ["+i", volume.mount + "/a"])
      try volume.source("a", [UInt8](repeating: 8, count: 70_000))
      let (refused, tool) = try await volume.apply(files)
      #expect(refused.states == ["ok", "refused"] && tool.status == 2 && !refused.changed)
      #expect(tool.errors.contains("is immutable"))
      try await Tool.require("chattr", ["-i", volume.mount + "/a"])
      #expect(try await volume.apply(files).0.states == ["ok", "replaced"])
    }
  }

  /// A pin that the manifest does not name is an operator's word that the addresses stay.
  @Test func aPinThatIsNotDeclaredIsKept() async throws {
    try await AppliedVolume.with { volume in
      try volume.source("a", [UInt8](repeating: 7, count: 70_000))
      let a = volume.mount + "/a"
      let files = [volume.file("a", "a")]
      _ = try await volume.apply(files)
      try await Tool.require("chattr", ["+i", a])
      #expect(try await volume.apply(files).0.states == ["ok", "ok"])
      for options in [["--plan"], []] {
        let other = volume.file("a", "a", ", mode: 0600")
        let (refused, tool) = try await volume.apply([other], options)
        #expect(refused.states == ["ok", "refused"] && tool.status == 2)
      }
      try volume.source("a", [UInt8](repeating: 8, count: 70_000))
      let state = try await volume.state()
      for more in ["", ", mode: 0600"] {
        for options in [["--plan"], []] {
          let (refused, tool) = try await volume.apply([volume.file("a", "a", more)], options)
          #expect(refused.states == ["ok", "refused"] && tool.status == 2)
          #expect(try await volume.state() == state)
        }
      }
      let (replaced, _) = try await volume.apply([volume.file("a", "a", ", pinned: false")])
      #expect(replaced.states == ["ok", "replaced"])
      #expect(try await !Tool.require("lsattr", [a]).text.hasPrefix("----i-"))
    }
  }

  @Test func aNewFileKeepsTheOwnerAndModeOfTheOld() async throws {
    try await AppliedVolume.with { volume in
      try volume.source("a", [UInt8](repeating: 7, count: 70_000))
      let files = [volume.file("a", "a")]
      _ = try await volume.apply(files)
      try await Tool.require(
        "sh", ["-euc", "chmod 600 \(volume.mount)/a; chown 33:34 \(volume.mount)/a"])
      try volume.source("a", [UInt8](repeating: 8, count: 70_000))
      #expect(try await volume.apply(files).0.states == ["ok", "replaced"])
      let kept = try await Tool.require("stat", ["-c", "%a %u %g", volume.mount + "/a"]).text
      #expect(kept == "600 33 34\n")
    }
  }

  @Test func whatAKilledRunLeftGoesThoughNothingIsPlaced() async throws {
    try await AppliedVolume.with { volume in
      try volume.source("a", [UInt8](repeating: 7, count: 70_000))
      let files = [volume.file("dir/a", "a")]
      _ = try await volume.apply(files)
      let left = volume.mount + "/dir/.iopmem-place.left"
      try await Tool.require("sh", ["-euc", "mkdir -m 700 \(left); echo old >\(left)/a"])
      #expect(try await volume.apply(files, ["--plan"]).0.states == ["ok", "ok"])
      #expect(try await Tool.run("test", ["-e", left]).status == 0)
      #expect(try await volume.apply(files).0.states == ["ok", "ok"])
      #expect(try await Tool.run("test", ["-e", left]).status == 1)
    }
  }

  @Test func whileAnotherRunIsAtWorkNothingIsDone() async throws {
    try await AppliedVolume.with { volume in
      try volume.source("a", [UInt8](repeating: 7, count: 70_000))
      _ = try await volume.apply([])
      // It lets go only once the program waits for the lock: both directories are open then.
      let made = try await Tool.run(
        "sh",
        [
          "-c",
          """
          cd "$1" && mkfifo held go
          flock "$2" sh -c 'echo >held; cat go >/dev/null' &
          cat held >/dev/null
          "$3" apply -q "$4" & made=$!
          until ls -l /proc/$made/fd | grep -q "$2"; do :; done
          test ! -e "$2/a" || exit 99
          echo >go
          wait $made
          """, "sh", volume.folder.path, volume.mount, Project.binary,
          volume.folder.write(volume.manifest([volume.file("a", "a")]).utf8, to: "manifest.yaml"),
        ])
      made.expect(status: 0)
      #expect(try await Tool.run("test", ["-e", volume.mount + "/a"]).status == 0)
    }
  }

  @Test func refusalsEndTheRunAndChangeNothing() async throws {
    try await AppliedVolume.with { volume in
      try volume.source("a", [UInt8](repeating: 7, count: 5000))
      _ = try await volume.apply([])
      try await Tool.require(
        "sh", ["-euc", "cd \(volume.mount); mkdir dir; ln -s /tmp link; mkfifo fifo"])
      let state = try await volume.state()
      let digest = "xxh128:00000000000000000000000000000000"
      for (file, words, status) in [
        (volume.file("link/a", "a"), "is no directory", 2),
        (volume.file("dir", "a"), "is no regular file", 2),
        (volume.file("link", "a"), "is no regular file", 2),
        (volume.file("fifo", "a"), "is no regular file", 2),
        (volume.file("a", "missing"), "cannot read", 1),
        (volume.file("a", "../src"), "is no regular file", 2),
        (volume.file("a", "a", ", digest: \"\(digest)\""), "is declared", 2),
        ("{path: a, size: 1TiB}", "are free", 1),
      ] {
        for options in [["--plan"], []] where !words.contains("free") || options.isEmpty {
          let (refused, tool) = try await volume.apply([file, "{path: z, size: 1}"], options)
          #expect(refused.states == ["ok", "refused"], "\(file)")
          #expect(!refused.changed && tool.status == Int32(status), "\(file)")
          #expect(tool.errors.contains(words), "\(tool.errors)")
          #expect(try await volume.state() == state)
        }
      }
    }
  }

  @Test func onlyWhatWasPlacedAndIsNoLongerDeclaredIsRemoved() async throws {
    try await AppliedVolume.with { volume in
      try volume.source("a", [UInt8](repeating: 7, count: 5000))
      let kept = volume.file("kept", "a", ", pinned: true")
      _ = try await volume.apply([
        kept, volume.file("old", "a"), volume.file("deep/er/old", "a", ", pinned: true"),
      ])
      // Others' files, and one that has the record of another.
      try await Tool.require(
        "sh",
        [
          "-euc",
          "cd \(volume.mount); echo x >mine; cp --preserve=all old copy; ln -s old link; mkfifo fifo; sync -f .",
        ])
      let state = try await volume.state()
      #expect(try await !volume.apply([kept]).0.changed)
      let (plan, _) = try await volume.apply([kept], ["--prune", "--plan"])
      #expect(plan.states == ["ok", "ok", "removed", "removed"])
      #expect(try await volume.state() == state)
      let (pruned, tool) = try await volume.apply([kept], ["--prune"])
      #expect(pruned.states == ["ok", "ok", "removed", "removed"], "\(tool.errors)")
      #expect(
        pruned.items.suffix(2).map(\.subject)
          == ["deep/er/old", "old"].map { "\(volume.mount)/\($0)" })
      let left = try await Tool.require("find", [volume.mount, "-mindepth", "1"]).text
      #expect(
        left.split(separator: "\n").map { $0.dropFirst(volume.mount.count + 1) }.sorted()
          == ["copy", "deep", "deep/er", "fifo", "kept", "link", "lost+found", "mine"])
      #expect(try await !volume.apply([kept], ["--prune"]).0.changed)
    }
  }

  @Test func mountsAreMadeWithTheirOptionsAndFolders() async throws {
    try await AppliedVolume.with { volume in
      try await Tool.require("rmdir", [volume.mount])
      let plain = volume.manifest([])
      let manifest = try volume.folder.write(
        plain.replacing(
          "at: \(volume.mount)", with: "at: \(volume.mount), options: [noatime, nodev]"
        )
        .utf8, to: "m")
      let plan = try await Tool.require(Project.binary, ["apply", "--plan", manifest])
      #expect(plan.text.hasPrefix("create ") && plan.text.split(separator: "\n").count == 1)
      #expect(try await Tool.run("test", ["-e", volume.mount]).status == 1)
      let first = try await Tool.require(Project.binary, ["apply", manifest])
      #expect(first.text.hasPrefix("created"))
      let options = try await Tool.require("findmnt", ["-no", "OPTIONS", volume.mount]).text
      #expect(options.contains("noatime") && options.contains("nodev"), "\(options)")
      let again = try await Tool.require(Project.binary, ["apply", manifest])
      #expect(again.text.hasPrefix("ok"))
      try await volume.device.unmount(volume.mount)
      try await volume.device.mount(on: volume.mount)
      let refused = try await Tool.iopmem(["apply", manifest])
      refused.expect(status: 2)
      #expect(refused.errors.contains("without noatime,nodev"), "\(refused.errors)")
    }
  }

  @Test func noTreeIsBroughtIntoItself() async throws {
    try await AppliedVolume.with { volume in
      #expect(try await volume.apply(["{path: t/a, size: 4KiB}"]).1.status == 0)
      let into = { (path: String) in "{tree: \(path), source: \(volume.mount)/t}" }
      for tree in ["t/t", "t/not/yet"] {
        for options in [["--plan"], []] {
          let (refused, tool) = try await volume.apply([into(tree)], options)
          #expect(tool.status == 2 && !refused.changed, "\(tool.errors)")
          #expect(tool.errors.contains("lies in the source"), "\(tool.errors)")
        }
      }
      #expect(try await Tool.require("ls", [volume.mount + "/t"]).text == "a\n")
      #expect(try await volume.apply([into("u")]).1.status == 0)
    }
  }

  @Test func treesAreAsTheirSourcesAre() async throws {
    try await AppliedVolume.with { volume in
      let shell = "mkdir -p src/t/sub/deep src/t/empty; echo a >src/t/a; echo b >src/t/sub/deep/b"
      try await Tool.require("sh", ["-euc", "cd \(volume.folder.path); \(shell)"])
      let tree = "{tree: data, source: \(volume.folder("src/t")), mode: \"0400\"}"
      let (plan, _) = try await volume.apply([tree], ["--plan"])
      #expect(plan.states == ["created", "created", "created"])
      #expect(try await volume.apply([tree]).0.states == ["created", "created", "created"])
      #expect(try await !volume.apply([tree], ["--prune"]).0.changed)
      let found = try await Tool.require(
        "find", [volume.mount + "/data", "-type", "f", "-printf", "%P %m\\n"])
      #expect(
        found.text.split(separator: "\n").sorted() == ["a 400", "sub/deep/b 400"], "\(found.text)")
      try await Tool.require(
        "sh", ["-euc", "cd \(volume.folder("src/t")); echo aa >a; echo c >c; rm sub/deep/b"])
      let (changed, _) = try await volume.apply([tree], ["--prune"])
      #expect(changed.states == ["ok", "replaced", "created", "removed"])
      let (inside, tool) = try await volume.apply([tree, volume.file("data/c", "t/c")])
      #expect(inside.states == ["refused"] && tool.status == 64)
      try await Tool.require("ln", ["-s", "a", volume.folder("src/t/link")])
      for options in [["--plan"], []] {
        let (refused, tool) = try await volume.apply([tree], options)
        #expect(refused.states == ["ok", "refused"] && tool.errors.contains("holds a link"))
      }
    }
  }

  @Test func devicesThatAreNotThereAreWaitedFor() async throws {
    let folder = try TemporaryFolder()
    let manifest = try folder.write(
      """
      schema: iopmem.manifest/1
      filesystems: [{on: {device: \(folder("device"))}, no_bar: true, mount: {at: \(folder("mnt"))}}]
      """.utf8, to: "m")
    let start = ContinuousClock.now
    try await Tool.iopmem(["apply", "--wait", "1", manifest]).expect(status: 1)
    #expect(ContinuousClock.now - start > .seconds(1))
    try await AppliedVolume.with { volume in
      let tool = try await Tool.run(
        "sh",
        [
          "-euc",
          """
          (sleep 0.3; mkdir "$3"; ln -s "$4" "$5") & "$1" apply --wait 60 "$2"
          """, "sh", Project.binary, manifest, folder("mnt"), volume.device.path, folder("device"),
        ])
      // It is there, and no DAX is to be had of it: it was found.
      tool.expect(status: 2)
      #expect(tool.errors.contains("cannot be mounted for DAX"), "\(tool.errors)")
    }
  }

  @Test func mistakesAreToldWithLineAndField() async throws {
    let folder = try TemporaryFolder()
    let manifest = try folder.write(
      "schema: iopmem.manifest/1\nfilesystems:\n  - on: {device: /dev/x}\n    mont: {}\n".utf8,
      to: "m")
    let tool = try await Tool.iopmem(["apply", "--json", manifest])
    tool.expect(status: 64)
    #expect(
      tool.errors.contains(
        "line 4, column 5: filesystems[0]: there is no field \"mont\", but mount"))
    #expect(try await Schema.complaint(about: tool.output, verb: "apply") == nil)
    let missing = try await Tool.iopmem(["apply", folder("none")])
    missing.expect(status: 1)
    let zero = try await Tool.run("sh", ["-c", "\(Project.binary) apply /dev/zero"])
    zero.expect(status: 1)
  }
}
