import Foundation
import struct Linux.Descriptor
import SystemPackage
import TestSupport
import Testing

/// What `iopmem place --json` prints.
struct PlacementDocument: Decodable {
  struct File: Decodable {
    let path: String
    let size: UInt64
    let extents: Int
    let bar_offset: UInt64?
    let disk_offset: UInt64?
  }
  let schema: String
  let files: [File]

  init(_ tool: Tool) throws {
    self = try JSONDecoder().decode(Self.self, from: Data(tool.output))
  }
}

/// The free runs of a file system that is not mounted, as other programs tell them.
struct PeerFreeSpace {
  /// Bytes.
  var runs: [Range<UInt64>] = []

  /// The runs that dumpe2fs(8) lists.
  static func ext4(_ image: String) async throws -> PeerFreeSpace {
    let text = try await Tool.require("dumpe2fs", [image]).text
    var space = PeerFreeSpace()
    var blockSize: UInt64 = 4096
    for line in text.split(separator: "\n") {
      if line.hasPrefix("Block size:") {
        blockSize = UInt64(line.split(separator: " ").last ?? "") ?? 4096
      }
      // Only the groups' lines are indented; the superblock has a count under the same words.
      guard line.hasPrefix("  Free blocks: ") else { continue }
      for part in line.dropFirst("  Free blocks: ".count).split(separator: ", ") {
        let ends = part.split(separator: "-").compactMap { UInt64($0) }
        guard let first = ends.first, let last = ends.last else { continue }
        space.add(first * blockSize..<(last + 1) * blockSize)
      }
    }
    return space
  }

  /// The runs that xfs_db(8) lists: allocation group, block in it, length.
  static func xfs(_ image: String) async throws -> PeerFreeSpace {
    let text = try await Tool.require(
      "xfs_db", ["-r", "-c", "sb 0", "-c", "print agblocks", "-c", "freesp -d", image]
    ).text
    var space = PeerFreeSpace()
    var groupBlocks: UInt64 = 0
    for line in text.split(separator: "\n") {
      if line.hasPrefix("agblocks = ") { groupBlocks = UInt64(line.dropFirst(11)) ?? 0 }
      // A blank line and a histogram follow, whose lines have five columns.
      let columns = line.split(separator: " ").compactMap { UInt64($0) }
      guard columns.count == 3, line.split(separator: " ").count == 3 else { continue }
      let first = (columns[0] * groupBlocks + columns[1]) * 4096
      space.runs.append(first..<first + columns[2] * 4096)
    }
    space.runs.sort { $0.lowerBound < $1.lowerBound }
    return space
  }

  /// The runs of a file system of this kind.
  static func of(_ device: String, _ kind: String) async throws -> PeerFreeSpace {
    try await kind == "xfs" ? xfs(device) : ext4(device)
  }

  private mutating func add(_ range: Range<UInt64>) {
    if let last = runs.last, last.upperBound == range.lowerBound {
      runs[runs.count - 1] = last.lowerBound..<range.upperBound
    } else {
      runs.append(range)
    }
  }

  func largest(_ unit: UInt64) -> UInt64 {
    runs.map { run in
      let first = (run.lowerBound + unit - 1) / unit * unit
      return first < run.upperBound ? run.upperBound - first : 0
    }.max() ?? 0
  }
}

/// What several tests of placement do.
enum Placing {
  static let pmd: UInt64 = 2 << 20

  /// `e2fsck -fn` has nothing to say.
  static func expectClean(_ image: String, _ comment: String = "") async throws {
    let check = try await Tool.run("e2fsck", ["-fn", image])
    #expect(check.status == 0, "\(comment) \(check.text)\(check.errors)")
  }

  /// The number after "the largest has".
  static func largest(in errors: String) -> UInt64? {
    guard let part = errors.range(of: "the largest has ") else { return nil }
    return UInt64(errors[part.upperBound...].prefix { $0.isNumber })
  }

  /// A tree with everything a tree can have but special files.
  static func makeTree(in folder: TemporaryFolder, _ numbers: inout SplitMix64) async throws
    -> String
  {
    let tree = folder("tree")
    try await Tool.require("mkdir", ["-p", tree + "/sub/deep", tree + "/bare"])
    for (name, size) in [("small", 100), ("big", 5 << 20), ("sub/odd", 70_001), ("empty", 0)] {
      try folder.write(numbers.bytes(size), to: "tree/" + name)
    }
    try await Tool.require("truncate", ["-s", "3M", tree + "/sub/deep/holes"])
    try await Tool.require("ln", ["-s", "http://host//at/all/", tree + "/link"])
    try await Tool.require("ln", ["-s", String(repeating: "x", count: 200), tree + "/long"])
    let strange = FilePath(tree).appending(FilePath(bytes: [0x62, 0xFF, 0x0A]).components)
    _ = try Descriptor(strange, .writeOnly, options: .create, permissions: .ownerReadWrite)
    try await Tool.require("chmod", ["751", tree + "/sub"])
    try await Tool.require("chmod", ["640", tree + "/small"])
    try await Tool.require("touch", ["-d", "2001-02-03 04:05:06.789", tree + "/small"])
    try await Tool.require("touch", ["-d", "1999-01-01 00:00:00", tree + "/sub"])
    return tree
  }

  /// Names, kinds, modes, owners and times of all below a folder, in order.
  static func listing(_ folder: String, _ format: String) async throws -> [UInt8] {
    let list = try await Tool.require(
      "find", [folder, "-mindepth", "1", "-printf", format + "\\0"])
    return Array(
      list.output.split(separator: 0).sorted { $0.lexicographicallyPrecedes($1) }
        .joined(separator: [0]))
  }
}
