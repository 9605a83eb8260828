/// A loop device over an image, and the folders it is mounted on: for tests run by root.
public final class LoopDevice: Sendable {
  /// `/dev/loopN`.
  public let path: String
  /// The image behind it.
  public let image: String

  /// Attaches an image.
  public init(
    over image: String, partitions: Bool = false, isReadOnly: Bool = false
  ) async throws {
    self.image = image
    let options = (partitions ? ["--partscan"] : []) + (isReadOnly ? ["--read-only"] : [])
    path = String(
      try await Tool.require("losetup", ["--find", "--show"] + options + [image])
        .text.prefix { !$0.isNewline })
    // What blockdev(8) said of a loop device before outlives its image.
    if !isReadOnly { try await Tool.require("blockdev", ["--setrw", path]) }
  }

  /// Mounts the device.
  public func mount(on folder: String, options: String = "defaults", type: String? = nil)
    async throws
  {
    try await Tool.require("mkdir", ["-p", folder])
    try await Tool.require(
      "mount", (type.map { ["-t", $0] } ?? []) + ["-o", options, path, folder])
  }

  /// Unmounts a folder.
  public func unmount(_ folder: String) async throws {
    try await Tool.require("umount", [folder])
  }

  /// Runs a body with the device mounted, and unmounts however it ends.
  public func mounted<T>(
    on folder: String, options: String = "defaults", _ body: () async throws -> T
  ) async throws -> T {
    try await mount(on: folder, options: options)
    do {
      let value = try await body()
      try await unmount(folder)
      return value
    } catch {
      _ = try? await Tool.run("umount", [folder])
      throw error
    }
  }

  /// Lets go of the image.
  public func detach() async throws {
    try await Tool.require("losetup", ["--detach", path])
  }

  /// Attaches an image for as long as a body runs.
  public static func with<T>(
    _ image: String, partitions: Bool = false, isReadOnly: Bool = false,
    _ body: (LoopDevice) async throws -> T
  ) async throws -> T {
    let device = try await LoopDevice(
      over: image, partitions: partitions, isReadOnly: isReadOnly)
    do {
      let value = try await body(device)
      try await device.detach()
      return value
    } catch {
      _ = try? await Tool.run("losetup", ["--detach", device.path])
      throw error
    }
  }
}
