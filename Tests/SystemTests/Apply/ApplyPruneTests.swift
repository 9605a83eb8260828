import TestSupport
import Testing

/// What `iopmem apply --prune` leaves.
@Suite(.enabled(if: Project.isRoot, "needs root: loop devices")) struct ApplyPruneTests {
  @Test func whatIsNotAsItWasPlacedIsKept() async throws {
    try await AppliedVolume.with { volume in
      try volume.source("a", [UInt8](repeating: 7, count: 5000))
      let names = ["linked", "longer", "plain", "written"]
      _ = try await volume.apply(
        names.map { volume.file($0, "a") } + ["{path: ring, size: 8192}", "{path: short, size: 1}"])
      try await Tool.require(
        "sh",
        [
          "-euc",
          """
          cd \(volume.mount); ln linked other; echo x >>longer; truncate -s 0 short
          for name in ring written; do printf x | dd of=$name conv=notrunc status=none; done
          """,
        ])
      let state = try await volume.state()
      let states = ["ok", "kept", "kept", "kept", "removed", "removed", "kept", "kept"]
      for options in [["--prune", "--plan"], ["--prune"]] {
        #expect(try await volume.state() == state)
        let (pruned, tool) = try await volume.apply([], options)
        #expect(pruned.states == states && tool.status == 0, "\(pruned.items) \(tool.errors)")
        #expect(
          pruned.items.dropFirst().map(\.reason) == [
            "it has 2 names", "its size was changed since it was placed", "it has 2 names",
            "it is no longer declared", "it is no longer declared",
            "its size was changed since it was placed", "it was written since it was placed",
          ])
      }
      let (again, _) = try await volume.apply([], ["--prune"])
      #expect(!again.changed && again.states == ["ok"] + Array(repeating: "kept", count: 5))
      let left = try await Tool.require("ls", [volume.mount]).text
      #expect(left == "linked\nlonger\nlost+found\nother\nshort\nwritten\n")
    }
  }
}
