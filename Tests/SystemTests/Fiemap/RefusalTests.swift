import Glibc
import TestSupport
import Testing

@Suite(.enabled(if: Project.isRoot, "needs root: loop devices"))
struct RefusalTests {
  @Test(arguments: Volume.Kind.allCases)
  func unwritten(_ kind: Volume.Kind) async throws {
    let volume = try await Volume(kind, size: "512M")
    try await volume.mounted { folder in
      let path = folder + "/reserved"
      try await Tool.require("fallocate", ["-l", "1M", path])
      let refused = try await map([path])
      #expect(refused.status == 2, "\(refused.errors)")
      #expect(refused.errors.contains("is unwritten"))
      #expect(try MapDocument(refused.output).files.isEmpty)
      let allowed = try #require(
        try await mapped(["--allow", "unwritten", "--block-granular", path]).first)
      #expect(allowed.overrides.contains("unwritten"))
      #expect(try await allowed.extents == PeerExtent.filefrag(path))
    }
  }

  @Test func reflinked() async throws {
    let volume = try await Volume(.xfs, size: "512M", options: ["-m", "reflink=1"])
    try await volume.mounted { folder in
      try write("a", [(0, 1 << 20)], in: folder)
      try await Tool.require("cp", ["--reflink=always", folder + "/a", folder + "/b"])
      try await Tool.require("sync", [])
      let refused = try await map([folder + "/a"])
      #expect(refused.status == 2, "\(refused.errors)")
      #expect(refused.errors.contains("is shared"))
      try await map(["--allow", "shared", folder + "/a"]).expect(status: 0)
    }
  }

  @Test func inlineDataIsNeverAllowed() async throws {
    let volume = try await Volume(.ext4, size: "64M", options: ["-O", "inline_data"])
    try await volume.mounted { folder in
      try write("tiny", [(0, 20)], in: folder)
      let refused = try await map([folder + "/tiny"])
      #expect(refused.status == 2, "\(refused.errors)")
      #expect(refused.errors.contains("lies inside the inode"))
    }
    let offline = try await map(["--image", volume.image, "/tiny"])
    #expect(offline.status == 2, "\(offline.errors)")
    #expect(offline.errors.contains("lies inside the inode"))
    try await map(["--allow", "inline", volume.image]).expect(status: 64)
  }

  /// Marked by hand: there need be no key for the flag to count.
  @Test func encrypted() async throws {
    let volume = try await Volume(.ext4, size: "64M", options: ["-O", "encrypt"])
    try await volume.mounted { folder in try write("secret", [(0, 5000)], in: folder) }
    try await Tool.require(
      "debugfs", ["-w", "-R", "set_inode_field /secret flags 0x80800", volume.image])
    let refused = try await map(["--image", volume.image, "/secret"])
    #expect(refused.status == 2, "\(refused.errors)")
    #expect(refused.errors.contains("encrypted"))
    try await map(["--image", volume.image, "--allow", "encrypted", "/secret"]).expect(status: 0)
    // Without its key the kernel does not even open it.
    try await volume.mounted { folder in
      let locked = try await map([folder + "/secret"])
      #expect(locked.status != 0 && !locked.errors.isEmpty, "\(locked.errors)")
    }
  }

  @Test func notDAXAndNoWindow() async throws {
    let volume = try await Volume(.ext4, size: "64M")
    try await volume.mounted { folder in
      try write("a", [(0, 4096)], in: folder)
      let notDAX = try await Tool.iopmem(["fiemap", "--base", base, folder + "/a"])
      #expect(notDAX.status == 2, "\(notDAX.errors)")
      #expect(notDAX.errors.contains("is not DAX"))
      #expect(notDAX.output.isEmpty)
      let noWindow = try await Tool.iopmem(["fiemap", "--no-dax-check", folder + "/a"])
      #expect(noWindow.status == 2, "\(noWindow.errors)")
      #expect(noWindow.errors.contains("is a loop device"))
    }
  }

  @Test(arguments: ["/dev/shm", "/proc/self"])
  func otherFileSystems(_ folder: String) async throws {
    let path = folder == "/proc/self" ? "/proc/self/status" : "\(folder)/iopmem-test-\(getpid())"
    if folder == "/dev/shm" { try await Tool.require("cp", ["/etc/passwd", path]) }
    let refused = try await map([path])
    if folder == "/dev/shm" { try await Tool.require("rm", [path]) }
    #expect(refused.status == 2, "\(refused.errors)")
    #expect(refused.errors.contains("whose FIEMAP does not speak of the device's bytes"))
  }

  @Test func theWorstStatusWinsAndAllAreTried() async throws {
    let volume = try await Volume(.ext4, size: "64M")
    try await volume.mounted { folder in
      try write("good", [(0, 4096)], in: folder)
      try await Tool.require("fallocate", ["-l", "4096", folder + "/bad"])
      let result = try await map([folder + "/none", folder + "/bad", folder + "/good"])
      #expect(result.status == 2, "\(result.errors)")
      #expect(try MapDocument(result.output).files.map(\.path) == [folder + "/good"])
      #expect(result.errors.split(separator: "\n").count == 2)
    }
  }

  /// Two loop devices of one image know nothing of each other.
  @Test func aLoopDeviceWhoseImageHasAnother() async throws {
    let volume = try await Volume(.ext4, size: "64M")
    let source = try volume.folder.write([UInt8](repeating: 7, count: 9000), to: "source")
    try await LoopDevice.with(volume.image) { other in
      try await volume.mounted { folder in
        for arguments in [
          ["fiemap", "--image", other.path, "--base", base, "/a"], ["map", other.path],
          ["mkfs", "--force", other.path],
          ["place", "--no-bar", "--image", other.path, source, "/a"],
        ] {
          let result = try await Tool.iopmem(arguments)
          #expect(result.status == 2, "\(arguments): \(result.errors)")
          #expect(result.errors.contains("mounted on \(folder)"), "\(result.errors)")
        }
      }
      try await Tool.iopmem(["map", other.path]).expect(status: 0)
    }
  }

  @Test func imagesInDoubt() async throws {
    let volume = try await Volume(.ext4, size: "64M")
    try await volume.mounted { folder in
      try write("a", [(0, 4096)], in: folder)
      try await Tool.require("sync", [])
      let mounted = try await map(["--image", volume.image, "/a"])
      #expect(mounted.status == 2, "\(mounted.errors)")
      #expect(mounted.errors.contains("is in use: attached to "), "\(mounted.errors)")
      #expect(mounted.errors.contains(", mounted on \(folder)"), "\(mounted.errors)")
      // A copy taken of a mounted file system has a journal to replay.
      try await Tool.require("cp", [volume.image, volume.folder("copy.img")])
    }
    // What was written to the loop device may be on its way yet.
    try await LoopDevice.with(volume.image) { device in
      let attached = try await map(["--image", volume.image, "/a"])
      #expect(attached.status == 2, "\(attached.text)")
      #expect(
        attached.errors.contains("is in use: attached to \(device.path);"), "\(attached.errors)")
      try await map(["--image", volume.image, "--allow", "in-use", "/a"]).expect(status: 0)
    }
    let copy = volume.folder("copy.img")
    let dirty = try await map(["--image", copy, "/a"])
    #expect(dirty.status == 2, "\(dirty.errors)")
    #expect(dirty.errors.contains("needs recovery"))
    try await map(["--image", copy, "--allow", "needs-recovery", "/a"]).expect(status: 0)
    try await Tool.require("debugfs", ["-w", "-R", "set_super_value state 3", volume.image])
    let wrong = try await map(["--image", volume.image, "/a"])
    #expect(wrong.status == 2, "\(wrong.errors)")
    #expect(wrong.errors.contains("marked as having errors"))
  }
}
