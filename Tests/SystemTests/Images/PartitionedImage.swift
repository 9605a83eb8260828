import TestSupport

/// An image full of data but for one partition, and a file to place.
struct PartitionedImage {
  /// A partition table and the partition that is empty.
  enum Kind: CaseIterable {
    case gpt, dos, dosLogical

    /// The partition.
    var number: Int { self == .dosLogical ? 5 : 2 }
    var start: UInt64 { 17 << 20 }
    var length: UInt64 { 36 << 20 }

    /// As sfdisk(8) takes it, in sectors.
    var table: String {
      let part = "size=73728"
      return switch self {
      case .gpt: "label: gpt\nstart=2048,size=32768\nstart=34816,\(part)\nstart=108544,size=2048\n"
      case .dos: "label: dos\nstart=2048,size=32768\nstart=34816,\(part)\nstart=108544,size=2048\n"
      case .dosLogical:
        "label: dos\nstart=2048,size=30720\nstart=32768,size=77824,type=5\nstart=34816,\(part)\n"
      }
    }
  }

  let folder: TemporaryFolder
  let path: String
  let source: String

  init() async throws {
    folder = try TemporaryFolder()
    path = folder("disk.img")
    source = try folder.write([UInt8](repeating: 0x5A, count: 3_000_000), to: "source")
  }

  /// Fills the image, and empties the place of the partition.
  func clear() async throws {
    let script = """
      yes 'not yours' | head -c 58720256 > "$1"
      fallocate --punch-hole --offset \(Kind.gpt.start) --length \(Kind.gpt.length) "$1"
      """
    try await Tool.require("sh", ["-c", script, "sh", path])
  }

  /// Makes the image, with a partition table.
  func partition(_ kind: Kind) async throws {
    try await clear()
    let table = try folder.write(kind.table.utf8, to: "table")
    try await Tool.require(
      "sh", ["-c", "sfdisk -q --no-reread --wipe never \"$1\" < \"$2\"", "sh", path, table])
  }

  /// A digest of all bytes outside the partition.
  func surroundings(of kind: Kind) async throws -> String {
    let script = """
      { head -c \(kind.start) "$1"; tail -c +\(kind.start + kind.length + 1) "$1"; } | xxh128sum
      """
    return try await Tool.require("sh", ["-c", script, "sh", path]).text
  }
}
