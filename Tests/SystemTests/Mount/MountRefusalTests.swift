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

  @Test func whatIsMountedOtherwiseIsRefused() async throws {
    let volume = try await Volume(.ext4, size: "64M")
    let point = volume.mountPoint
    try await Tool.require("mkdir", ["-p", point])
    func refuses(_ device: String, _ folder: String, _ words: String) async throws {
      let tool = try await Tool.iopmem(["mount", "--json", device, folder])
      tool.expect(status: 2)
      #expect(tool.errors.contains(words), "\(tool.errors)")
      #expect(try await Schema.complaint(about: tool.output, verb: "mount") == nil)
      #expect(try await tool.filtered("[.changed, .errors[].code]") == #"[false,"differs"]"#)
    }
    try await LoopDevice.with(volume.image) { device in
      try await device.mounted(on: point) {
        try await refuses(device.path, point, "is mounted there without dax=always")
        try await Tool.require("mkdir", ["-p", point + "/other"])
        try await refuses(device.path, point + "/other", "is mounted on \(point), not on")
      }
    }
  }

  @Test func whatHoldsNoFileSystemIsRefused() async throws {
    let folder = try TemporaryFolder()
    try await Tool.require("truncate", ["-s", "16M", folder("blank")])
    try await LoopDevice.with(folder("blank")) { device in
      let tool = try await Tool.iopmem(["mount", device.path, folder.path])
      #expect(tool.status == 2, "\(tool.errors)")
      #expect(tool.errors.contains("holds no file system"))
      let json = try await Tool.iopmem(["mount", "--json", device.path, folder.path])
      #expect(try await Schema.complaint(about: json.output, verb: "mount") == nil)
      #expect(try await json.filtered(".errors[].code") == #""no-filesystem""#)
    }
  }
}
