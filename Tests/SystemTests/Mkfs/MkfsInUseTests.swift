import Linux
import SystemPackage
import TestSupport
import Testing

/// What is in use is refused, `--force` or not, and not one bit is changed.
@Suite(.enabled(if: Project.isRoot, "needs root: loop devices"))
struct MkfsInUseTests {
  private let folder: TestSupport.TemporaryFolder
  private let image: String

  init() async throws {
    folder = try TestSupport.TemporaryFolder()
    image = folder("device.img")
    try await Tool.require("truncate", ["--size", "64M", image])
  }

  private func expectInUse(_ path: String, _ reason: String) async throws {
    for options in [[], ["--force"], ["--force", "-t", "xfs", "-n"]] {
      let result = try await mkfsKeepingBytes(options + [path], of: path)
      #expect(result.status == 2, "\(result.errors)")
      #expect(result.errors.contains(reason), "\(result.errors)")
    }
  }

  @Test func mounted() async throws {
    try await LoopDevice.with(image) { device in
      let made = try await Tool.iopmem(["mkfs", device.path])
      #expect(made.status == 0, "\(made.errors)")
      let folder = folder("mount point")
      try await device.mounted(on: folder, options: "ro") {
        try await expectInUse(device.path, "mounted on ")
        try await expectInUse(image, "attached to \(device.path), mounted on ")
      }
    }
  }

  @Test func heldByAnother() async throws {
    try await LoopDevice.with(image) { device in
      let hold = try Descriptor(FilePath(device.path), .readOnly, options: .exclusive)
      try await expectInUse(device.path, "held by the kernel or another program")
      try hold.close()
      let made = try await Tool.iopmem(["mkfs", device.path])
      #expect(made.status == 0, "\(made.errors)")
    }
  }

  /// Runs a shell's script, as `$iopmem` and `$image`, while another process holds the image's lock
  /// until the script calls `let_go`.
  private func whileLocked(_ script: String) async throws -> Tool {
    let frame = """
      cd "$1" && iopmem=$2 image=$3 && mkfifo held go
      flock "$image" sh -c 'echo >held; cat go >/dev/null' &
      cat held >/dev/null
      let_go() { echo >go; }
      """
    return try await Tool.run(
      "sh", ["-c", frame + "\n" + script, "sh", folder.path, Project.binary, image])
  }

  @Test func lockedByAnother() async throws {
    let refused = try await whileLocked(
      "\"$iopmem\" mkfs --force --lock nonblock \"$image\"; status=$?; let_go; exit $status")
    refused.expect(status: 2)
    #expect(refused.errors.contains("is locked by process "), "\(refused.errors)")
    let blank = try await Tool.require("cmp", ["-n", "67108864", image, "/dev/zero"])
    #expect(blank.output.isEmpty)
  }

  @Test func lockedByAnotherAndNotHeeded() async throws {
    let made = try await whileLocked(
      "LOCK_BLOCK_DEVICE=no \"$iopmem\" mkfs \"$image\"; status=$?; let_go; exit $status")
    made.expect(status: 0)
  }

  @Test func lockedByAnotherForAWhile() async throws {
    let made = try await whileLocked(
      """
      "$iopmem" mkfs --lock yes "$image" & made=$!
      # It lets go only once the program has the image open, and so waits.
      until ls -l /proc/$made/fd | grep -q device.img; do :; done
      let_go
      wait $made
      """)
    made.expect(status: 0)
  }

  /// As `udevadm lock` and systemd-makefs do.
  @Test(arguments: [
    "flock \"$image\" \"$iopmem\" mkfs --lock nonblock \"$image\"",
    "exec 9<\"$image\"; flock 9; \"$iopmem\" mkfs --lock nonblock \"$image\"",
  ]) func lockedByACaller(_ script: String) async throws {
    let made = try await Tool.run(
      "sh", ["-c", "iopmem=$1 image=$2; \(script)", "sh", Project.binary, image])
    made.expect(status: 0)
  }

  @Test func lockThatIsNone() async throws {
    let variable = ["LOCK_BLOCK_DEVICE": "perhaps"]
    try await Tool.iopmem(["mkfs", "-n", image], environment: variable).expect(status: 64)
    try await Tool.iopmem(["mkfs", "-n", "--lock", "perhaps", image]).expect(status: 64)
  }

  @Test func swapSpace() async throws {
    try await LoopDevice.with(image) { device in
      try await Tool.require("mkswap", [device.path])
      try await Tool.require("swapon", [device.path])
      // The kernel may well swap to it meanwhile, so its bytes say nothing.
      let result = try await Tool.iopmem(["mkfs", "--force", device.path])
      try await Tool.require("swapoff", [device.path])
      #expect(result.status == 2, "\(result.errors)")
      #expect(result.errors.contains("swap space in use"), "\(result.errors)")
    }
  }

  @Test func attachedImage() async throws {
    try await LoopDevice.with(image) { device in
      try await expectInUse(image, "attached to \(device.path)")
      let link = folder("link")
      try await Tool.require("ln", [image, link])
      try await expectInUse(link, "attached to \(device.path)")
    }
  }

  @Test func readOnly() async throws {
    try await LoopDevice.with(image, isReadOnly: true) { device in
      try await expectInUse(device.path, "is read-only")
    }
  }

  @Test func otherKindsOfFile() async throws {
    for path in ["/dev/null", folder.path] {
      let result = try await Tool.iopmem(["mkfs", "--force", path])
      #expect(result.status == 2, "\(result.errors)")
      #expect(result.errors.contains("neither a block device nor an image file"))
    }
  }

  @Test func partitions() async throws {
    let table = "start=2049,size=40000\nstart=65536,size=40960\nstart=110592,size=8193\n"
    try folder.write(Array(table.utf8), to: "table")
    try await Tool.require(
      "sh", ["-c", "sfdisk -q --label dos \"$1\" < \"$2\"", "sh", image, folder("table")])
    try await LoopDevice.with(image) { device in
      try await Tool.require("partx", ["--add", device.path])
      do {
        try await check(partitionsOf: device)
      } catch {
        try await Tool.require("partx", ["--delete", device.path])
        throw error
      }
      try await Tool.require("partx", ["--delete", device.path])
    }
  }

  private func check(partitionsOf device: LoopDevice) async throws {
    try await expectInUse(device.path + "p1", "begins at byte 1049088 of its disk, inside a page")
    try await expectInUse(device.path + "p3", "no whole number of pages")
    let partition = device.path + "p2"
    try await Tool.iopmem(["mkfs", partition]).expect(status: 0)
    try await Tool.require("mkdir", [folder("mounted")])
    try await Tool.require("mount", ["-o", "ro", partition, folder("mounted")])
    do {
      try await expectInUse(partition, "mounted on ")
      try await expectInUse(device.path, "mounted on ")
    } catch {
      try await Tool.require("umount", [folder("mounted")])
      throw error
    }
    try await Tool.require("umount", [folder("mounted")])
  }
}
