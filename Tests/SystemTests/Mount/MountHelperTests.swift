import TestSupport
import Testing

/// `mount.iopmem`, as mount(8) calls it.
@Suite(.enabled(if: Project.isRoot, "needs root: loop devices")) struct MountHelperTests {
  private func with(_ body: (TemporaryFolder, LoopDevice) async throws -> Void) async throws {
    let folder = try TemporaryFolder()
    try await Tool.require(Project.binary, ["mkfs", "-q", "--size", "64M", folder("volume")])
    try await Tool.require(
      "sh", ["-euc", "mkdir \(folder("mnt")); ln -s \(Project.binary) \(folder("mount.iopmem"))"])
    try await LoopDevice.with(folder("volume")) { try await body(folder, $0) }
  }

  private func mount(
    _ folder: TemporaryFolder, _ device: LoopDevice, _ options: [String]
  ) async throws -> Tool {
    try await Tool.run(
      folder("mount.iopmem"), [device.path, folder("mnt")] + options)
  }

  /// A loop device is never DAX, so that each of these gets as far as the kernel.
  @Test(arguments: [
    [], ["-o", "rw"], ["-o", "rw,nosuid,noatime,nofail,x-systemd.device-timeout=9,_netdev"],
    ["-n", "-v", "-o", "defaults"], ["-s", "-o", "rw,something"], ["-t", "iopmem"], ["-orw"],
  ])
  func whatMountPassesIsTaken(_ options: [String]) async throws {
    try await with { folder, device in
      let tool = try await mount(folder, device, options)
      #expect(tool.status == 2 && tool.errors.contains("for DAX"), "\(tool.errors)")
      #expect(try await Tool.run("mountpoint", ["-q", folder("mnt")]).status != 0)
      let faked = try await mount(folder, device, ["-f"] + options)
      #expect(faked.status == 0 && faked.output.isEmpty, "\(faked.errors)")
    }
  }

  @Test(arguments: [
    ["-o", "ro"], ["-o", "remount,rw"], ["-o", "dax=never"], ["-s", "-o", "dax=inode"],
    ["-s", "-o", "ro"], ["-o", "data=journal"], ["-t", "ext4"], ["-x"], ["more"],
  ])
  func whatWouldBeAnotherMountIsNot(_ options: [String]) async throws {
    try await with { folder, device in
      let tool = try await mount(folder, device, options)
      #expect(tool.status == 64, "\(tool.errors)")
      #expect(try await Tool.run("mountpoint", ["-q", folder("mnt")]).status != 0)
    }
  }
}
