import struct Linux.Descriptor
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
    } else if access("/dev/fuse") || access("/usr/bin/qemu-storage-daemon") {
      "needs /dev/fuse and qemu-storage-daemon"
    } else {
      nil
    }

  private static func access(_ path: String) -> Bool {
    (try? Descriptor(FilePath(path), .readOnly)) == nil
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

/// What a device was told: bytes to keep, or to have all before it last.
enum DeviceWrite {
  case bytes([UInt8], at: Int)
  case flush

  /// What a device keeps as a whole or not at all.
  static let block = 4096

  /// Reads a log as dm-log-writes has it (Documentation/admin-guide/device-mapper/log-writes.rst): a sector
  /// whose number of entries is written with each flush only, then entries, each with a sector before it.
  static func read(_ log: [UInt8]) throws -> [DeviceWrite] {
    func number(_ offset: Int) -> UInt64 {
      log[offset..<offset + 8].reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
    let sector = 512
    if log.isEmpty { return [] }
    try #require(number(0) == 0x6A73_6677_7368_72 && number(8) == 1, "no log of writes")
    var writes: [DeviceWrite] = []
    var offset = sector
    while offset + sector <= log.count {
      let start = Int(number(offset)) * sector
      let count = Int(number(offset + 8)) * sector
      let flags = number(offset + 16)
      offset += sector
      try #require(flags <= 1, "a write with flags \(flags), which no program here asks for")
      try #require(offset + count <= log.count, "a log that is cut off")
      for piece in stride(from: 0, to: count, by: block) {
        let bytes = log[offset + piece..<offset + min(piece + block, count)]
        writes.append(.bytes(Array(bytes), at: start + piece))
      }
      if flags == 1 { writes.append(.flush) }
      offset += count
    }
    return writes
  }
}
