import TestSupport
import Testing

/// A mount that would not be DAX does not stay.
@Suite(.enabled(if: Project.isRoot, "needs root: loop devices"))
struct MountRefusalTests {
  @Test(arguments: Volume.Kind.allCases)
  func aLoopDeviceIsNotDAX(_ kind: Volume.Kind) async throws {
    let volume = try await Volume(kind, size: "512M")
    try await Tool.require("mkdir", ["-p", volume.mountPoint])
    try await LoopDevice.with(volume.image) { device in
      let tool = try await Tool.iopmem(["mount", device.path, volume.mountPoint])
      #expect(tool.status == 2, "\(tool.errors)")
      let mounted = try await Tool.run("mountpoint", ["-q", volume.mountPoint])
      #expect(mounted.status != 0, "\(mounted.errors)")
    }
  }

  @Test func whatHoldsNoFileSystemIsRefused() async throws {
    let folder = try TemporaryFolder()
    try await Tool.require("truncate", ["-s", "16M", folder("blank")])
    try await LoopDevice.with(folder("blank")) { device in
      let tool = try await Tool.iopmem(["mount", device.path, folder.path])
      #expect(tool.status == 2, "\(tool.errors)")
      #expect(tool.errors.contains("holds no file system"))
    }
  }
}
