import TestSupport
import Testing

extension Placing {
  /// Mounts a new file system, made without this toolkit, for as long as a body runs.
  static func mounted(
    _ kind: String, _ folder: TemporaryFolder, size: String = "512M",
    _ body: (_ mount: String, _ device: LoopDevice) async throws -> Void
  ) async throws {
    let image = folder("volume")
    try await Tool.require("truncate", ["-s", size, image])
    try await Tool.require(
      kind == "xfs" ? "mkfs.xfs" : "mke2fs",
      kind == "xfs" ? ["-q", image] : ["-q", "-t", "ext4", image])
    try await LoopDevice.with(image) { device in
      try await device.mounted(on: folder("mnt"), options: Self.unhurried(kind)) {
        try await body(folder("mnt"), device)
      }
    }
    if kind == "ext4" { try await expectClean(image) }
  }

  /// Mount options by which nothing waits for the disk below a loop device: in which order that
  /// gets its blocks matters only to those who lose power.
  static func unhurried(_ kind: String) -> String { kind == "ext4" ? "nobarrier" : "defaults" }

  static func place(_ arguments: [String]) async throws -> Tool {
    try await Tool.iopmem(["place", "--no-bar", "--json"] + arguments)
  }

  /// The runs of a file, by filefrag(8): physical offset and flags.
  static func runs(
    _ path: String
  ) async throws -> (start: UInt64, count: Int, flags: String) {
    let text = try await Tool.require("filefrag", ["-v", "-b4096", path]).text
    let lines = text.split(separator: "\n").filter { $0.contains("..") }
    let first = lines.first?.split(separator: ":").map { $0.filter { !$0.isWhitespace } }
    let start = first.flatMap { UInt64($0[2].prefix { $0.isNumber }) } ?? 0
    let count = text.split(separator: "\n").last?.split(separator: " ").compactMap { Int($0) }.last
    return (start * 4096, count ?? -1, lines.joined())
  }
}
