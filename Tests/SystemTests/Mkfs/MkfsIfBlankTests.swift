import TestSupport
import Testing

/// `mkfs --if-blank`: a second run writes nothing, and nothing but what was asked for is left alone.
@Suite struct MkfsIfBlankTests {
  private let folder: TemporaryFolder
  private let image: String
  private static let uuid = "8a3f6c1e-0000-4000-8000-0123456789ab"

  init() async throws {
    folder = try TemporaryFolder()
    image = folder("device.img")
    try await Tool.require("truncate", ["--size", "320M", image])
  }

  /// What JSON says of a run.
  private func run(_ options: [String], keepsBytes: Bool = true) async throws -> [String] {
    let options = ["--if-blank", "--json"] + options + [image]
    let result =
      keepsBytes
      ? try await mkfsKeepingBytes(options, of: image) : try await Tool.iopmem(["mkfs"] + options)
    result.expect(status: 0)
    #expect(try await Schema.complaint(about: result.output, verb: "mkfs") == nil)
    let members = #"[.changed, .dry_run, .uuid, .label, .size, .command != null] | map(tostring)[]"#
    try folder.write(result.output, to: "out.json")
    return try await Tool.require("jq", ["-r", members, folder("out.json")]).text
      .split(separator: "\n").map(String.init)
  }

  @Test(arguments: [
    ["-t", "ext4", "--journal", "8M", "--inodes", "1000", "--align", "4M"],
    ["-t", "ext4", "--journal", "none"], ["-t", "xfs", "--journal", "68M", "--align", "4M"],
  ]) func theSecondRunWritesNothing(_ options: [String]) async throws {
    let all = options + ["-L", "data", "-U", Self.uuid, "--size", "320M"]
    let size = "\(320 << 20)"
    #expect(try await run(all + ["-n"]) == ["true", "true", "null", "null", "null", "true"])
    let made = try await run(all, keepsBytes: false)
    #expect(made == ["true", "false", Self.uuid, "data", size, "true"])
    for options in [all, Array(options.prefix(2))] {
      #expect(try await run(options) == ["false", "false", Self.uuid, "data", size, "false"])
    }
    #expect(try await run(all + ["-n"]) == ["false", "true", Self.uuid, "data", size, "false"])
    let said = try await mkfsKeepingBytes(["--if-blank"] + all + [image], of: image)
    #expect(said.status == 0 && said.text.contains("it is as asked for"), "\(said.errors)")
  }

  @Test func allThatDiffersIsNamed() async throws {
    try await Tool.iopmem(["mkfs", "-L", "data", "--journal", "8M", image]).expect(status: 0)
    for (options, words) in [
      (["-t", "xfs"], ["holds ext4, not xfs"]),
      (["-L", "other"], ["has the label data, not other"]),
      (["-L", ""], ["has the label data, not "]),
      (["-U", Self.uuid], ["has the UUID", "not \(Self.uuid)"]),
      (["--journal", "none"], ["has a journal"]),
      (["--journal", "9M"], ["has a journal of 8388608 bytes, not 9437184"]),
      (["--align", "4M"], ["aligns to 2097152 bytes, not 4194304"]),
      (["--inodes", "100000"], ["inodes, and not 100000"]),
      (["--size", "321M"], ["has 335544320 bytes, not 336592896"]),
      (["-L", "other", "--align", "1M"], ["has the label", "aligns to"]),
    ] {
      for more in [[], ["-n"]] {
        let refused = try await mkfsKeepingBytes(
          ["--if-blank"] + options + more + [image], of: image)
        refused.expect(status: 2)
        #expect(words.allSatisfy(refused.errors.contains), "\(refused.errors)")
      }
    }
  }

  /// What was cut off behind it, or lies in a part that is too short, cannot be mounted.
  @Test(arguments: ["ext4", "xfs"])
  func oneThatIsLongerThanItsDeviceIsRefused(_ type: String) async throws {
    try await Tool.iopmem(["mkfs", "-t", type, image]).expect(status: 0)
    func expect(_ options: [String]) async throws {
      let refused = try await mkfsKeepingBytes(
        ["--if-blank", "-t", type] + options + [image], of: image)
      refused.expect(status: 2)
      #expect(
        refused.errors.contains("holds a file system of 335544320 bytes, and has room for 325"),
        "\(refused.errors)")
    }
    if type == "ext4" { try await expect(["--image-offset", "0", "--image-length", "310M"]) }
    try await Tool.require("truncate", ["--size", "310M", image])
    try await expect([])
  }

  @Test(arguments: ExistingContentCase.others.filter { $0.size == "32M" }.prefix(4))
  func whatIsNoFileSystemIsRefused(_ existing: ExistingContentCase) async throws {
    let folder = try TemporaryFolder()
    let path = try await existing.make(in: folder)
    try await mkfsKeepingBytes(["--if-blank", path], of: path).expect(status: 2)
  }

  @Test func dataThatNothingRecognisesIsRefused() async throws {
    for place in ["99", "335544319"] {
      try await Tool.require("truncate", ["--size", "0", image])
      try await Tool.require("truncate", ["--size", "320M", image])
      try await Tool.require(
        "sh", ["-c", "printf x | dd of=\"$1\" bs=1 seek=\(place) conv=notrunc", "sh", image])
      let refused = try await mkfsKeepingBytes(["--if-blank", image], of: image)
      refused.expect(status: 2)
      #expect(refused.errors.contains("nothing recognises"), "\(refused.errors)")
    }
  }

  @Test func misused() async throws {
    for options in [["--if-blank", "--force", image], ["--if-blank", image, "--", "-e", "panic"]] {
      try await mkfsKeepingBytes(options, of: image).expect(status: 64)
    }
  }

  /// One makes it, and the others find it.
  @Test func severalAtOnce() async throws {
    let script = """
      for n in 1 2 3 4; do "$1" mkfs --if-blank --json -L data "$2" > "$2.$n" & p="$p $!"; done
      for process in $p; do wait $process || exit; done
      cat "$2".? | jq -r .changed | sort | tr '\\n' ' '; jq -r .uuid "$2".? | sort -u | wc -l
      """
    let result = try await Tool.require("sh", ["-c", script, "sh", Project.binary, image])
    #expect(result.text == "false false false true 1\n")
  }

  @Test(.enabled(if: Project.isRoot, "needs root: loop devices"))
  func aMountedOneIsKept() async throws {
    try await LoopDevice.with(image) { device in
      let mkfs = ["mkfs", "--if-blank", "-L", "data", device.path]
      try await Tool.iopmem(mkfs).expect(status: 0)
      try await device.mounted(on: folder("mounted")) {
        let again = try await Tool.iopmem(mkfs)
        again.expect(status: 0)
        #expect(again.text.contains("it is as asked for"))
        let other = try await Tool.iopmem(["mkfs", "--if-blank", "-L", "other", device.path])
        other.expect(status: 2)
        #expect(other.errors.contains("has the label data, not other"))
      }
    }
  }

  /// Several at once on a device, which one holds exclusively while the others look.
  @Test(.enabled(if: Project.isRoot, "needs root: loop devices"))
  func severalAtOnceOnADevice() async throws {
    try await LoopDevice.with(image) { device in
      let script = """
        for n in 1 2 3; do "$1" mkfs --if-blank "$2" > "$3.$n" & p="$p $!"; done
        for process in $p; do wait $process || exit; done
        grep -c 'it is as asked for' "$3".? | sort -t: -k2 | cut -d: -f2 | tr '\\n' ' '
        """
      let result = try await Tool.require(
        "sh", ["-c", script, "sh", Project.binary, device.path, image])
      #expect(result.text == "0 1 1 ")
    }
  }
}
