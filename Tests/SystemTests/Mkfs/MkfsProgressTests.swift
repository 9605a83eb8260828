import TestSupport
import Testing

/// How far `iopmem mkfs` is: on a terminal alone, and only where it takes long.
@Suite(.enabled(if: Project.isRoot, "needs root: loop devices"))
struct MkfsProgressTests {
  /// Makes a file system with a mke2fs that takes its time, and shows what a terminal or a file gets.
  private func make(_ device: String, onTerminal: Bool, _ options: String = "") async throws -> Tool
  {
    let folder = try TemporaryFolder()
    try folder.write(
      Array(
        """
        #!/bin/sh
        # The last argument is the device.
        for last; do :; done
        dd if=/dev/zero of="$last" bs=1M seek=8 count=1 conv=fsync,notrunc status=none
        sleep 1.5
        exec \(folder("mke2fs.real")) "$@"
        """.utf8), to: "mke2fs")
    let script = folder("mke2fs")
    try folder.write(
      Array(
        """
        \(PlantedTool.shell)
        real \(script)
        plant \(script) \(Project.binary) mkfs --force \(options) \(device)
        """.utf8), to: "command")
    let command = "sh \(folder("command"))"
    return onTerminal
      ? try await Tool.run("script", ["-qec", command, "/dev/null"])
      : try await Tool.run("sh", ["-c", command])
  }

  @Test func itIsTold() async throws {
    let folder = try TemporaryFolder()
    try await Tool.require("truncate", ["-s", "64M", folder("image")])
    try await LoopDevice.with(folder("image")) { device in
      let shown = try await make(device.path, onTerminal: true)
      #expect(shown.status == 0, "\(shown.text)")
      #expect(shown.text.contains(" % of 4"), "\(shown.text)")
      #expect(shown.text.contains("/s"), "\(shown.text)")
      // The line is gone when the answer comes.
      #expect(shown.text.contains("\r\u{1B}[Kdevice "), "\(shown.text)")
      let quiet = try await make(device.path, onTerminal: true, "--quiet")
      #expect(quiet.status == 0 && quiet.output.isEmpty, "\(quiet.text)")
      let script = try await make(device.path, onTerminal: false)
      #expect(script.status == 0 && script.errors.isEmpty, "\(script.errors)")
      #expect(!script.text.contains("%  of"), "\(script.text)")
    }
  }
}
