import TestSupport
import Testing

/// The maps that `iopmem apply` writes.
@Suite(.enabled(if: Project.isRoot, "needs root: loop devices")) struct ApplyMapTests {
  @Test func mapsAreWrittenWhenTheirBytesChange() async throws {
    try await AppliedVolume.with { volume in
      try volume.source("a", [UInt8](repeating: 7, count: 70_000))
      let files = [volume.file("a", "a", ", pinned: true"), "{path: ring, size: 64KiB}"]
      let (json, list) = (volume.folder("run/a.json"), volume.folder("run/ring.sg"))
      let maps = """
            maps:
              - {to: \(json), files: [a, ring]}
              - {to: \(list), files: [ring], format: sg, max_segment: 4096}
        """
      let (plan, _) = try await volume.apply(files, ["--plan"], maps)
      #expect(plan.states.count == 5 && plan.changed)
      #expect(try await Tool.run("test", ["-e", json]).status == 1)
      let (first, tool) = try await volume.apply(files, [], maps)
      #expect(first.states.suffix(2) == ["created", "created"], "\(tool.errors)")
      let asked = try await Tool.require(
        Project.binary,
        [
          "fiemap", "--json", "--no-dax-check", "--base", "0xc0000000", volume.mount + "/a",
          volume.mount + "/ring",
        ])
      #expect(try volume.folder.read("run/a.json") == asked.output)
      let records = try await Tool.require(
        Project.binary,
        [
          "fiemap", "--format", "sg", "--max-segment", "4096", "--no-dax-check", "--base",
          "0xc0000000", volume.mount + "/ring",
        ])
      #expect(try volume.folder.read("run/ring.sg") == records.output)
      let inode = try await Tool.require("stat", ["-c", "%i", json, list]).text
      for options in [["--plan"], [], ["--verify"]] {
        let (again, _) = try await volume.apply(files, options, maps)
        #expect(!again.changed && again.states == ["ok", "ok", "ok", "ok", "ok"])
      }
      #expect(try await Tool.require("stat", ["-c", "%i", json, list]).text == inode)
      try volume.source("a", [UInt8](repeating: 8, count: 70_000))
      #expect(
        try await volume.apply(files, ["--plan"], maps).0.states
          == ["ok", "replaced", "ok", "replaced", "ok"])
      #expect(
        try await volume.apply(files, [], maps).0.states
          == ["ok", "replaced", "ok", "replaced", "ok"])
      try await Tool.require("sh", ["-euc", "rm \(json); ln -s /etc/passwd \(json)"])
      let (refused, _) = try await volume.apply(files, [], maps)
      #expect(refused.states == ["refused"])
      #expect(
        try await Tool.require("ls", ["-A", volume.folder("run")]).text == "a.json\nring.sg\n")
    }
  }

  @Test func noOthersFileIsTakenAndNoneIsLeftWhereAMapDoesNotFit() async throws {
    try await AppliedVolume.with { volume in
      let run = volume.folder("run")
      try await Tool.require(
        "sh",
        ["-euc", "mkdir \(run); echo mine >\(run)/.a.json.iopmem; touch \(run)/.a.json.0az.iopmem"])
      let files = ["{path: ring, size: 64KiB}"]
      let maps = "    maps: [{to: \(run)/a.json, files: [ring]}]"
      let (written, tool) = try await volume.apply(files, [], maps)
      #expect(written.states == ["created", "created", "created"], "\(tool.errors)")
      #expect(try volume.folder.read("run/.a.json.iopmem") == Array("mine\n".utf8))
      #expect(
        try await Tool.require("ls", ["-A", run]).text == ".a.json.iopmem\na.json\n")
      try await Tool.require("mount", ["-t", "tmpfs", "-o", "size=4k", "none", run])
      try await Tool.require(
        "dd", ["if=/dev/zero", "of=\(run)/full", "bs=4096", "count=1", "status=none"])
      let (full, why) = try await volume.apply(files, [], maps)
      let left = try await Tool.require("ls", ["-A", run]).text
      try await Tool.require("umount", [run])
      #expect(full.states == ["ok", "ok", "refused"] && why.errors.contains("No space left"))
      #expect(left == "full\n", "\(why.errors)")
    }
  }

  @Test func noMapTakesTheNameOfWhatIsDeclared() async throws {
    try await AppliedVolume.with { volume in
      try volume.source("a", [UInt8](repeating: 7, count: 5000))
      try await Tool.require(
        "sh",
        [
          "-euc",
          """
          cd \(volume.folder.path); ln -s src link; ln -s mnt place; mkfifo fifo; mkdir src/t
          echo t >src/t/t; ln src/a hard; touch manifest.yaml; ln manifest.yaml other
          """,
        ])
      let files = [
        volume.file("a", "a"), "{tree: t, source: \(volume.folder("src/t"))}",
      ]
      let list = "cd \(volume.folder.path); find . -name manifest.yaml -o -name other -o -ls | sort"
      let before = try await Tool.require("sh", ["-euc", list]).text
      for (name, words) in [
        ("link/a", "is the source of a declared file"),
        ("hard", "is the source of a declared file"), ("other", "is the manifest"),
        ("link/t/new", "lies in the source of a declared tree"),
        ("place/new", "lies in a declared mount point"), ("link", "is no regular file"),
        ("fifo", "is no regular file"), ("src", "is no regular file"),
      ] {
        let maps = "    maps: [{to: \(volume.folder(name)), files: [a]}]"
        for options in [["--plan"], []] {
          let (refused, tool) = try await volume.apply(files, options, maps)
          #expect(refused.states == ["refused"] && !refused.changed, "\(name)")
          #expect(refused.items.first?.kind == "map" && tool.status == 2)
          #expect(tool.errors.contains(words), "\(name): \(tool.errors)")
        }
      }
      let (mistake, tool) = try await volume.apply(
        files, [], "    maps: [{to: \(volume.folder("src/a")), files: [a]}]")
      #expect(mistake.states == ["refused"] && tool.status == 64)
      #expect(try await Tool.run("mountpoint", ["-q", volume.mount]).status != 0)
      #expect(try await Tool.require("sh", ["-euc", list]).text == before)
    }
  }

  @Test func noClientIsJudgedWhereNoFunctionIs() async throws {
    try await AppliedVolume.with { volume in
      let (refused, tool) = try await volume.apply(
        ["{path: ring, size: 64KiB}"], [], "    reach: [{client: \"0000:00:00.0\"}]")
      #expect(refused.states == ["refused"] && tool.status == 3)
      #expect(refused.items.first?.kind == "reach")
    }
  }
}
