import TestSupport
import Testing

/// How `iopmem apply` makes file systems, and never over anything.
@Suite(.enabled(if: Project.isRoot, "needs root: loop devices")) struct ApplyFormatTests {
  @Test(arguments: ["ext4", "xfs"])
  func aBlankDeviceIsFormattedOnce(_ type: String) async throws {
    try await AppliedVolume.with(isBlank: true) { volume in
      let format = "    type: \(type)\n    label: data"
      let files = ["{path: ring, size: 4MiB}"]
      let (plan, _) = try await volume.apply(files, ["--plan"], format)
      #expect(plan.states == ["created", "created", "created"])
      let blank = try await Tool.run("blkid", ["-p", volume.device.path])
      #expect(blank.status == 2, "\(blank.text)")
      let (made, tool) = try await volume.apply(files, [], format)
      #expect(made.states == ["created", "created", "created"], "\(tool.errors)")
      let state = try await volume.state()
      for _ in 1...3 {
        let (again, _) = try await volume.apply(files, [], format)
        #expect(!again.changed && again.states == ["ok", "ok", "ok"])
      }
      #expect(try await volume.state() == state)
      let other = type == "ext4" ? "xfs" : "ext4"
      for (fields, words) in [
        ("    type: \(other)", "holds \(type), not \(other)"),
        ("    type: \(type)\n    label: other", "has the label data, not other"),
        ("    type: \(type)\n    uuid: 8a3f6c1e-0000-4000-8000-0123456789ab", "has the UUID"),
      ] {
        for options in [["--plan"], []] {
          let (refused, tool) = try await volume.apply(files, options, fields)
          #expect(refused.states == ["refused"] && !refused.changed && tool.status == 2)
          #expect(refused.items[0].code == "differs")
          #expect(tool.errors.contains(words), "\(tool.errors)")
          // What is advised can be done: apply has no --force.
          #expect(tool.errors.contains("only a blank device is formatted"), "\(tool.errors)")
        }
      }
      #expect(try await volume.state() == state)
    }
  }

  @Test func anXFSThatWasNeverFinishedIsNone() async throws {
    try await AppliedVolume.with(isBlank: true) { volume in
      let format = "    type: xfs"
      try await Tool.require(Project.binary, ["mkfs", "-q", "-t", "xfs", volume.device.path])
      try await Tool.require(
        "xfs_db", ["-x", "-c", "sb 0", "-c", "write inprogress 1", volume.device.path])
      for options in [["--plan"], []] {
        let (refused, tool) = try await volume.apply([], options, format)
        #expect(refused.states == ["refused"] && tool.status == 2)
        #expect(tool.errors.contains("whose making was cut off"), "\(tool.errors)")
      }
    }
  }

  @Test func whatIsNotBlankIsNotFormatted() async throws {
    try await AppliedVolume.with(isBlank: true) { volume in
      for (script, words) in [
        ("mkswap -q \(volume.device.path)", "holds swap, not ext4"),
        (
          "wipefs -qa \(volume.device.path); printf x | dd of=\(volume.device.path) seek=99 bs=1",
          "holds data that nothing recognises"
        ),
      ] {
        try await Tool.require("sh", ["-euc", script])
        for options in [["--plan"], []] {
          let (refused, tool) = try await volume.apply([], options, "    type: ext4")
          #expect(refused.states == ["refused"] && !refused.changed && tool.status == 2)
          #expect(tool.errors.contains(words), "\(tool.errors)")
        }
      }
    }
  }
}
