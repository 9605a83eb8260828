import struct Linux.SystemRoot
import SystemPackage
import TestSupport
import Testing

/// A loop device whose writes and flushes are recorded in the order in which they came: by QEMU's
/// `blklogwrites` over an image, exported by FUSE, which the loop device lies over.
///
/// QEMU 7.2 mixes up the bytes of requests that come at once; a loop device makes one after the other.
struct RecordedDevice {
  /// The block device.
  let path: String
  private let folder: TemporaryFolder

  /// Why there is none here; nil if there is.
  static let obstacle: Comment? =
    if !Project.isRoot {
      "needs root: mounts"
    } else if isMissing("dev/fuse") || isMissing("usr/bin/qemu-storage-daemon") {
      "needs /dev/fuse and qemu-storage-daemon"
    } else {
      nil
    }

  private static func isMissing(_ path: FilePath) -> Bool {
    (try? SystemRoot().exists(path)) != true
  }

  /// Puts a device before an image for as long as a body runs.
  /// - Returns: what the device was told.
  static func record(
    _ image: String, in folder: TemporaryFolder, _ body: (RecordedDevice) async throws -> Void
  ) async throws -> [DeviceWrite] {
    try folder.write([], to: "log")
    let export = try folder.write([], to: "export")
    try await Tool.require(
      "qemu-storage-daemon",
      [
        "--daemonize", "--pidfile", folder("pid"),
        "--blockdev", "file,node-name=image,filename=\(image)",
        "--blockdev", "file,node-name=log,filename=\(folder("log"))",
        "--blockdev", "blklogwrites,node-name=both,file=image,log=log,log-sector-size=512",
        "--export", "fuse,id=export,node-name=both,mountpoint=\(export),writable=on",
      ])
    do {
      let writes = try await LoopDevice.with(export) { loop in
        let device = RecordedDevice(path: loop.path, folder: folder)
        try await body(device)
        return try device.writes()
      }
      try await end(folder)
      return writes
    } catch {
      try? await end(folder)
      throw error
    }
  }

  /// Ends the daemon, and waits until it is gone with its mount.
  private static func end(_ folder: TemporaryFolder) async throws {
    try await Tool.require(
      "sh",
      ["-euc", #"pid=$(cat "$0"); kill "$pid"; tail --pid="$pid" -f /dev/null"#, folder("pid")])
  }

  /// What it was told so far.
  func writes() throws -> [DeviceWrite] {
    try DeviceWrite.read(folder.read("log"))
  }
}
