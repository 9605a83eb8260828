import struct Linux.Descriptor
import SystemPackage
import TestSupport

/// An image made by mke2fs of a small tree, without root, and what can be broken in it.
struct OfflineImage {
  let folder: TemporaryFolder
  let path: String
  /// How long the files are, by their paths.
  static let sizes = ["/big": 1_500_000, "/small": 300_000, "/sub/f7": 3000]

  /// Makes the tree and the image.
  ///
  /// `/frag` has 700 written blocks with a hole behind each.
  /// - Parameters:
  ///   - options: of mke2fs.
  ///   - directories: how many there are besides, each with so many files of a few bytes.
  init(
    _ options: [String], size: String = "64M", blockSize: Int = 4096, directories: Int = 0,
    filesInEach: Int = 0
  ) async throws {
    folder = try TemporaryFolder()
    path = folder("image")
    try await Tool.require("mkdir", ["-p", folder("tree/sub")])
    var blocks = Blocks()
    try folder.write(blocks.next(1_500_000), to: "tree/big")
    try folder.write(blocks.next(300_000), to: "tree/small")
    for index in 0..<40 { try folder.write(blocks.next(3000), to: "tree/sub/f\(index)") }
    let fragments = try Descriptor(
      FilePath(folder("tree/frag")), .readWrite, options: .create, permissions: .ownerReadWrite)
    for index in 0..<700 {
      try fragments.write(
        blocks.next(blockSize), at: UInt64(2 * index * blockSize))
    }
    for directory in 0..<directories {
      try await Tool.require("mkdir", [folder("tree/d\(directory)")])
      for file in 0..<filesInEach {
        try folder.write(blocks.next(8), to: "tree/d\(directory)/f\(file)")
      }
    }
    try await Tool.require(
      "mke2fs",
      ["-q", "-F", "-b\(blockSize)"] + options + ["-d", folder("tree"), path, size])
  }

  /// Bytes of which no two blocks begin alike.
  private struct Blocks {
    var count: UInt32 = 0

    mutating func next(_ size: Int) -> [UInt8] {
      var bytes = [UInt8](repeating: 1, count: size)
      for offset in stride(from: 0, to: size - 4, by: 1024) {
        count += 1
        for index in 0..<4 { bytes[offset + index] = UInt8(count >> (8 * index) & 0xFF) }
      }
      return bytes
    }
  }

  /// Runs commands of debugfs, which repairs the checksums that they touch.
  func change(_ commands: [String]) async throws {
    for command in commands { try await Tool.require("debugfs", ["-w", "-R", command, path]) }
  }

  /// Overwrites bytes, and repairs nothing.
  func overwrite(_ bytes: [UInt8], at offset: UInt64) throws {
    try Descriptor(FilePath(path), .readWrite).write(bytes, at: offset)
  }

  /// What debugfs says to a question, word by word.
  func words(_ question: String) async throws -> [Substring] {
    try await Tool.require("debugfs", ["-R", question, path]).text
      .split { $0.isWhitespace || $0 == "," }
  }

  /// The block where a part of a file lies.
  func block(_ index: Int, of file: String) async throws -> UInt64 {
    UInt64(try await words("bmap \(file) \(index)").last ?? "") ?? 0
  }

  /// The blocks with the leaves of a file's extent tree of depth one.
  func leaves(of file: String) async throws -> [UInt64] {
    try await Tool.require("debugfs", ["-R", "ex -n \(file)", path]).text.split(separator: "\n")
      .compactMap { line in
        let words = line.replacing("/", with: " ").split(separator: " ")
        guard words.starts(with: ["0", "1"]), words.count > 7 else { return nil }
        return UInt64(words[7])
      }
  }

  /// Where a structure of group 0 begins, as dumpe2fs names it.
  func place(of structure: String) async throws -> UInt64 {
    let text = try await Tool.require("dumpe2fs", [path]).text
    let line = text.split(separator: "\n").first { $0.contains(structure + " at ") } ?? ""
    let number = line.split(separator: structure + " at ").last?.prefix { $0.isNumber } ?? ""
    return UInt64(number) ?? 0
  }

  /// Maps a file as CSV, whose first line is the heading.
  func map(_ arguments: String...) async throws -> Tool {
    try await Tool.iopmem(["fiemap", "--csv", "--image", path] + arguments)
  }
}
