import TestSupport
import Testing

/// What a run that was killed leaves, the next brings to the same end.
@Suite(.enabled(if: Project.isRoot, "needs root: loop devices")) struct ApplyKillTests {
  @Test func killedAtAnyStepTheNextRunEndsTheSame() async throws {
    try await AppliedVolume.with { volume in
      let files = [
        volume.file("deep/er/a", "a", ", mode: 0640, pinned: true"), volume.file("deep/b", "b"),
        "{path: ring, size: 64KiB, pinned: true}",
      ]
      let maps = "    maps: [{to: \(volume.folder("map")), files: [deep/er/a, ring]}]"
      func fill(_ byte: UInt8) throws {
        try volume.source("a", [UInt8](repeating: byte, count: 70_000))
        try volume.source("b", [UInt8](repeating: byte, count: 3000))
      }
      func clear() async throws {
        try await Tool.require(
          "sh",
          [
            "-euc",
            "cd \(volume.mount); chattr -R -i .; find . -mindepth 1 ! -name lost+found -delete; rm -f \(volume.folder("map"))",
          ])
      }
      try fill(0)
      _ = try await volume.apply([])
      let manifest = try volume.folder.write(volume.manifest(files, maps).utf8, to: "whole.yaml")
      let steps = try await ApplyStepper.steps(of: manifest, in: volume.folder)
      #expect(steps.count > 60, "\(steps)")
      var killed = 0
      for (number, step) in steps.enumerated() where Project.isLong || number % 31 == 5 {
        try await clear()
        for byte in [UInt8(1), 2] {
          try fill(byte)
          let run = try await ApplyStepper.run(manifest, killedAt: step)
          if run.status != 0 { killed += 1 }
          let (again, tool) = try await volume.apply(files, [], maps)
          #expect(tool.status == 0, "after \(step): \(tool.errors)")
          #expect(!again.states.contains("refused"))
          for (name, source) in [("deep/er/a", "a"), ("deep/b", "b")] {
            try await Tool.require(
              "cmp", [volume.folder("src/" + source), volume.mount + "/" + name])
          }
          let state = try await volume.state()
          #expect(state.matches(of: /----i-/).count == 2, "after \(step): \(state)")
          #expect(state.contains(" 640 0 0"), "after \(step): \(state)")
          #expect(!state.contains("iopmem-place"), "after \(step): \(state)")
          #expect(try await !volume.apply(files, [], maps).0.changed, "after \(step)")
          #expect(try await volume.state() == state, "after \(step)")
        }
      }
      #expect(killed > 0)
      if Project.isLong { print("a mount: \(steps.count) steps, \(killed) runs killed") }
      try await clear()
    }
  }
}
