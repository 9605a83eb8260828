import TestSupport
import Testing

/// What a run that was killed leaves, the next run finds whole.
@Suite struct MkfsKillTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Kills mkfs while its tool waits to begin, and runs another at once, by `$@` as its last words.
  /// Prints the status of that one, and the UUID that is there in the end.
  private func killed(_ tool: String, then next: [String], of path: String) async throws -> Tool {
    let script = """
      cd "$1" && iopmem=$2 tool=$3 type=$4 path=$5; shift 5
      mkdir bin && mkfifo begun go && real "$PWD/bin/$tool"
      printf '#!/bin/sh\\necho >begun; cat go >/dev/null; exec %s "$@"\\n' "$PWD/bin/$tool.real" \\
        > bin/$tool
      plant "$PWD/bin/$tool" "$iopmem" mkfs -q -t "$type" "$path" & first=$!
      read -r _ <begun
      kill -KILL $first
      "$iopmem" "$@" > out 2> errors & second=$!
      until ls -l /proc/$second/fd | grep -q "$path"; do :; done
      echo >go
      wait $second; echo status $?
      cat out errors
      echo there $(blkid -p -o value -s UUID "$path")
      """
    let type = tool == "mke2fs" ? "ext4" : "xfs"
    return try await Tool.require(
      "sh",
      ["-c", PlantedTool.shell + script, "sh", folder.path, Project.binary, tool, type, path] + next
    )
  }

  private func expectKept(_ tool: Tool) throws {
    let lines = tool.text.split(separator: "\n").map { $0.split(separator: " ") }
    #expect(lines.first == ["status", "0"], "\(tool.text)")
    #expect(tool.text.contains("it is as asked for"), "\(tool.text)")
    let uuid = try #require(lines.first { $0.first == "UUID" }).last
    #expect(lines.last == ["there", try #require(uuid)], "\(tool.text)")
  }

  /// The tool goes on, and keeps the lock until it has ended.
  @Test(arguments: zip(["mke2fs", "mkfs.xfs"], ["ext4", "xfs"]))
  func theNextRunWaitsForTheTool(_ tool: String, _ type: String) async throws {
    let image = folder("device.img")
    try await Tool.require("truncate", ["--size", "320M", image])
    try expectKept(
      try await killed(tool, then: ["mkfs", "--if-blank", "-t", type, image], of: image))
  }

  @Test(.enabled(if: Project.isRoot, "needs root: loop devices"))
  func theNextRunOnADeviceWaitsForTheTool() async throws {
    let image = folder("device.img")
    try await Tool.require("truncate", ["--size", "64M", image])
    try await LoopDevice.with(image) { device in
      try expectKept(
        try await killed("mke2fs", then: ["mkfs", "--if-blank", device.path], of: device.path))
    }
  }

  @Test(.enabled(if: Project.isRoot, "needs root: loop devices"))
  func applyWaitsForTheTool() async throws {
    let image = folder("device.img")
    try await Tool.require("truncate", ["--size", "64M", image])
    try await LoopDevice.with(image) { device in
      let manifest = """
        {schema: iopmem.manifest/1, filesystems: [{on: {device: \(device.path), base: "0x10000000"},
        no_dax_check: true, type: ext4, mount: {at: \(folder("mnt"))}}]}
        """
      let path = try folder.write(manifest.utf8, to: "manifest.yaml")
      try await Tool.require("mkdir", [folder("mnt")])
      let applied = try await killed("mke2fs", then: ["apply", path], of: device.path)
      _ = try await Tool.run("umount", [folder("mnt")])
      #expect(applied.text.hasPrefix("status 0\n"), "\(applied.text)")
      #expect(applied.text.contains("ok       filesystem "), "\(applied.text)")
    }
  }

  /// Killed anywhere in making an image file, which the next run makes, or finds whole.
  @Test func killedAnywhereTheNextRunEndsWell() async throws {
    let script = """
      cd "$1" && iopmem=$2
      for n in $(seq 0 $3); do
        "$iopmem" mkfs -q --size 64M image 2>/dev/null & first=$!
        sleep 0.$(printf %03d $((n * 53 % 160)))
        kill -KILL $first 2>/dev/null
        "$iopmem" mkfs -q --if-blank --size 64M image || echo "run $n: $?"
        e2fsck -fn image >/dev/null 2>&1 || echo "run $n: unclean"
        rm image
      done
      """
    let said = try await Tool.require(
      "sh", ["-c", script, "sh", folder.path, Project.binary, Project.isLong ? "300" : "2"])
    #expect(said.text.isEmpty, "\(said.text)")
  }
}
