import TestSupport
import Testing

/// `iopmem monitor` as a user runs it.
@Suite struct MonitorTests {
  /// Runs a script beside a monitor, and gives what that said.
  ///
  /// The script finds `wait_for TEXT`, which waits until the monitor has printed it, and its process in
  /// `$monitor`; a signal ends the monitor after it, if nothing did before.
  private func monitor(_ arguments: [String], while script: String) async throws -> Tool {
    let folder = try TemporaryFolder()
    return try await Tool.run(
      "bash",
      [
        "-c",
        """
        set -u
        out=$1/out script=$2; shift 2
        : >"$out"
        "$@" >>"$out" & monitor=$!
        wait_for() {
          for ((i = 0; i < 2400; i++)); do
            if grep -qF -- "$1" "$out"; then return; fi
            kill -0 $monitor 2>/dev/null || break
            sleep 0.05
          done
          if ! grep -qF -- "$1" "$out"; then echo "never came: $1" >&2; fi
        }
        eval "$script" >&2
        kill -TERM $monitor 2>/dev/null
        wait $monitor
        status=$?
        cat "$out"
        exit $status
        """, "bash", folder.path, script, Project.binary, "monitor",
      ] + arguments)
  }

  /// A captured machine has no events; its devices and mounts are looked at.
  @Test func devicesAndMounts() async throws {
    let machine = try Sysroot(copyOf: Project.folder + "/fixtures/sysroots/iopmem")
    try machine.put("", at: "proc/self/mountinfo")
    let number = try await Tool.iopmem(
      ["list", "--json", "--sysroot", machine.path, "iopmem0"]).filtered(".devices[0].number")
    let line =
      "36 1 \(number.filter { $0 != "\"" }) / /mnt/a\\040b rw - ext4 /dev/iopmem0 rw,dax=always"
    let root = machine.path
    let tool = try await monitor(
      ["--sysroot", root, "--json"],
      while: """
        wait_for '"subject":"/dev/iopmem1"'
        echo '\(line)' >\(root)/proc/self/mountinfo
        wait_for '"mounted"'
        : >\(root)/proc/self/mountinfo
        wait_for '"unmounted"'
        rm \(root)/sys/dev/block/\(number)
        wait_for '"removed"'
        """)
    #expect(tool.status == 0, "\(tool.errors)")
    #expect(tool.errors.isEmpty)
    #expect(try await Schema.complaint(about: tool.output, verb: "monitor") == nil)
    #expect(
      try await tool.filtered("[.event,.subject,.before,.after]").split(separator: "\n") == [
        #"["watching",null,null,null]"#, #"["watching","/dev/iopmem0",null,null]"#,
        #"["watching","/dev/iopmem1",null,null]"#,
        #"["mounted","/dev/iopmem0",null,"\"/mnt/a b\""]"#,
        #"["unmounted","/dev/iopmem0","\"/mnt/a b\"",null]"#,
        #"["removed","/dev/iopmem0",null,null]"#,
      ])
  }

  /// A saved map of an image, whose end ends the monitor.
  @Test func theEndOfAMap() async throws {
    let examples = try TemporaryFolder()
    let image = examples("bar.img")
    try examples.write([UInt8](repeating: 7, count: 5000), to: "file")
    try examples.write([UInt8](repeating: 8, count: 50000), to: "other")
    try await Tool.require(Project.binary, ["mkfs", "--quiet", "--size", "64M", image])
    try await Tool.require(
      Project.binary, ["place", "--quiet", "--image", image, examples("file"), "/file"])
    let map = try await Tool.iopmem(["fiemap", "--json", "--image", image, "/file"])
    try examples.write(map.output, to: "map.json")
    let arguments = [examples("map.json"), "--json"]
    let holds = try await Tool.iopmem(["monitor", "--once"] + arguments)
    #expect(holds.status == 0, "\(holds.errors)")
    #expect(try await holds.filtered("[.event,.after]") == #"["watching","holds"]"#)
    let ended = try await monitor(
      ["--exit"] + arguments,
      while: """
        wait_for '"watching"'
        cp --sparse=always \(image) \(image).new
        \(Project.binary) place --quiet --force --image \(image).new \(examples("other")) /file
        mv \(image).new \(image)
        wait_for '"ended"'
        for ((i = 0; i < 100; i++)); do kill -0 $monitor 2>/dev/null || break; sleep 0.05; done
        """)
    #expect(ended.status == 1, "\(ended.text)\(ended.errors)")
    #expect(try await Schema.complaint(about: ended.output, verb: "monitor") == nil)
    let again = try await Tool.iopmem(["monitor", "--once"] + arguments)
    #expect(again.status == 1 && again.text.contains("\"after\":\"ended\""), "\(again.text)")
    try await Tool.require("rm", [image])
    let unknown = try await Tool.iopmem(["monitor", "--once"] + arguments)
    #expect(unknown.status == 3 && unknown.text.contains("\"after\":\"unknown\""))
    // A document that is no map, though it begins so, is not taken for a file.
    try examples.write(Array(#"{"schema": "iopmem.fiemap/1"}"#.utf8), to: "map.json")
    try await Tool.iopmem(["monitor", "--once"] + arguments).expect(status: 3)
  }

  @Test func whatCannotBeWatched() async throws {
    try await Tool.iopmem(["monitor", "--once", "/dev/null"]).expect(status: 2)
    try await Tool.iopmem(["monitor", "/no/such/file"]).expect(status: 1)
    try await Tool.iopmem(["monitor", "--sysroot", "/dev/null"]).expect(status: 64)
  }

  /// When the reader goes, the monitor does, though nothing happens.
  @Test func aReaderThatGoes() async throws {
    let machine = Project.folder + "/fixtures/sysroots/iopmem"
    let tool = try await Tool.run(
      "bash",
      [
        "-c", #"set -o pipefail; timeout 60 "$0" monitor --sysroot "$1" | head -n 3"#,
        Project.binary, machine,
      ])
    #expect(tool.status == 0, "\(tool.errors)")
    #expect(
      tool.text.split(separator: "\n").count == 3 && tool.text.hasPrefix("every iopmem device"))
  }
}
