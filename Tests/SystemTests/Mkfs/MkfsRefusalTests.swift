import Linux
import SystemPackage
import TestSupport
import Testing

/// What holds data is refused with no terminal there to ask, and not one bit is changed.
@Suite struct MkfsRefusalTests {
  @Test(arguments: ExistingContentCase.fileSystems + ExistingContentCase.others)
  func image(_ existing: ExistingContentCase) async throws {
    let folder = try TestSupport.TemporaryFolder()
    try await refuseThenOverwrite(try await existing.make(in: folder), existing)
  }

  @Test(
    .enabled(if: Project.isRoot, "needs root: loop devices"),
    arguments: ExistingContentCase.fileSystems + ExistingContentCase.others
      + ExistingContentCase.ofDevices)
  func device(_ existing: ExistingContentCase) async throws {
    let folder = try TestSupport.TemporaryFolder()
    try await LoopDevice.with(try await existing.make(in: folder)) { device in
      try await refuseThenOverwrite(device.path, existing)
    }
  }

  @Test(
    .enabled(
      if: Project.isRoot && (try? SystemRoot().exists("proc/mdstat")) == true,
      "needs root and the kernel's md driver: arrays"),
    arguments: ExistingContentCase.arrays)
  func memberOfAnArray(_ existing: ExistingContentCase) async throws {
    let folder = try TestSupport.TemporaryFolder()
    try await refuseThenOverwrite(try await existing.make(in: folder), existing)
  }

  private func refuseThenOverwrite(_ path: String, _ existing: ExistingContentCase) async throws {
    for type in ["ext4", "xfs"] where type == "ext4" || existing.size == "320M" {
      let refused = try await mkfsKeepingBytes(["-t", type, path], of: path)
      #expect(refused.status == 2, "\(refused.errors)")
      #expect(refused.errors.contains(existing.finding), "\(refused.errors)")
      #expect(refused.errors.contains("--force"))
      #expect(refused.output.isEmpty)
    }
    let planned = try await mkfsKeepingBytes(["--dry-run", "--force", path], of: path)
    #expect(planned.status == 0)
    #expect(planned.text.contains("mke2fs"))

    let forced = try await Tool.iopmem(["mkfs", "--force", path])
    #expect(forced.status == 0, "\(forced.errors)")
    try await Tool.run("e2fsck", ["-fn", path]).expect(status: 0)
    // Nothing else is seen there any more: blkid's low-level probe ends with 8 in doubt.
    let type = try await Tool.require("blkid", ["-p", "-o", "value", "-s", "TYPE", path]).text
    #expect(type == "ext4\n")
  }

  @Test func dryRunOfABlankImageChangesNothing() async throws {
    let folder = try TestSupport.TemporaryFolder()
    let image = folder("blank.img")
    try await Tool.require("truncate", ["--size", "320M", image])
    for type in ["ext4", "xfs"] {
      let planned = try await mkfsKeepingBytes(["-n", "-t", type, image], of: image)
      #expect(planned.status == 0)
      // A shell takes the command as it was printed.
      try await Tool.require("sh", ["-c", planned.text])
      try await Tool.require("truncate", ["--size", "0", image])
      try await Tool.require("truncate", ["--size", "320M", image])
    }
  }

  @Test func sizeOfAnExistingFileIsKept() async throws {
    let folder = try TestSupport.TemporaryFolder()
    let image = folder("blank.img")
    try await Tool.require("truncate", ["--size", "32M", image])
    let result = try await mkfsKeepingBytes(["--size", "64M", "--force", image], of: image)
    #expect(result.status == 2)
    try await Tool.iopmem(["mkfs", "--size", "32M", image]).expect(status: 0)
  }

  @Test(arguments: [
    ["-L", "seventeen letters"], ["-t", "xfs", "-L", "thirteen byte"],
    ["--journal", "3M"], ["-t", "xfs", "--journal", "none"],
    ["-t", "xfs", "--inodes", "64"], ["--inodes", "3"], ["--size", "8M"],
    ["-t", "xfs", "--size", "299M"], ["--size", "16777217"],
  ])
  func refusedBeforeTheImageExists(_ options: [String]) async throws {
    let folder = try TestSupport.TemporaryFolder()
    let size = options.contains("--size") ? [] : ["--size", "320M"]
    let result = try await Tool.iopmem(["mkfs"] + size + options + [folder("new.img")])
    #expect(result.status == 2, "\(result.errors)")
    try await Tool.run("test", ["-e", folder("new.img")]).expect(status: 1)
  }

  @Test(arguments: [
    ["-U", "not-a-uuid"], ["-U", "00000000-0000-0000-0000-000000000000"], ["-t", "btrfs"],
    ["--journal", "-1"], ["-q", "-V"], ["--align", "5000"], ["--align", "2K"],
  ])
  func misused(_ options: [String]) async throws {
    let folder = try TestSupport.TemporaryFolder()
    let result = try await Tool.iopmem(
      ["mkfs", "--size", "32M"] + options + [folder("new.img")])
    #expect(result.status == 64, "\(result.errors)")
    try await Tool.run("test", ["-e", folder("new.img")]).expect(status: 1)
  }

  @Test func failureOfTheToolTakesTheNewImageAway() async throws {
    let folder = try TestSupport.TemporaryFolder()
    let image = folder("new\nline.img")
    let result = try await Tool.iopmem(["mkfs", "--size", "32M", image, "--", "-e", "no_such"])
    #expect(result.status == 1, "\(result.errors)")
    #expect(result.errors.contains("mke2fs failed with status 1"))
    #expect(result.errors.split(separator: "\n").count == 1)
    try await Tool.run("test", ["-e", image]).expect(status: 1)
  }

  @Test(arguments: ["-Oinline_data", "-Enum_backup_sb=2", "-b1024", "-d/etc", "/dev/null"])
  func whatContradictsTheLayoutIsRefusedBeforehand(_ extra: String) async throws {
    let folder = try TestSupport.TemporaryFolder()
    for options in [[], ["--dry-run"]] {
      let result = try await Tool.iopmem(
        ["mkfs", "--size", "32M"] + options + [folder("new.img"), "--", extra])
      #expect(result.status == 2, "\(result.errors)")
      #expect(result.errors.contains("extra argument"), "\(result.errors)")
      try await Tool.run("test", ["-e", folder("new.img")]).expect(status: 1)
    }
  }
}
