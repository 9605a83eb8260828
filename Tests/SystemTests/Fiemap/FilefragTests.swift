import Linux
import SystemPackage
import TestSupport
import Testing

@Suite(.enabled(if: Project.isRoot, "needs root: loop devices"))
struct FilefragTests {
  @Test(arguments: Volume.Kind.allCases)
  func everyExtentIsFilefrags(_ kind: Volume.Kind) async throws {
    let volume = try await Volume(kind, size: "1G")
    try await volume.mounted { folder in
      try write("one", [(0, 1)], in: folder)
      try write("page", [(0, 4096)], in: folder)
      try write("large", [(0, 9_000_001)], in: folder)
      try write("holes", [(8192, 5000), (1 << 20, 70_000), (9 << 20, 1)], in: folder)
      try write("tail", [(0, 4096)], size: 1 << 30, in: folder)
      try write("far", [(5 << 30, 10_000)], in: folder)
      try await Tool.require("sync", [])
      for name in ["one", "page", "large", "holes", "tail", "far"] {
        let path = "\(folder)/\(name)"
        let file = try #require(try await mapped(["--block-granular", path]).first)
        #expect(try await file.extents == PeerExtent.filefrag(path), "\(name)")
        #expect(!file.extents.isEmpty, "\(name)")
      }
    }
  }

  @Test func exactBytesEndWithTheFile() async throws {
    let volume = try await Volume(.ext4, size: "64M")
    try await volume.mounted { folder in
      try write("odd", [(0, 5001)], in: folder)
      let path = folder + "/odd"
      let exact = try #require(try await mapped([path]).first)
      #expect(exact.segments.map(\.length) == [5001])
      let part = try #require(try await mapped(["--offset", "4097", "--length", "10", path]).first)
      #expect(part.segments.map(\.length) == [10])
      #expect(part.segments[0].barOffset == exact.segments[0].barOffset + 4097)
      let whole = try #require(
        try await mapped(["--offset", "4097", "--length", "10", "--block-granular", path]).first)
      #expect(whole.segments.map(\.length) == [4096])
      let beyond = try #require(try await mapped(["--offset", "1G", path]).first)
      #expect(beyond.segments.isEmpty && beyond.holeBytes == 0)
    }
  }

  @Test func emptyFileHasNoSegments() async throws {
    let volume = try await Volume(.ext4, size: "64M")
    try await volume.mounted { folder in
      try write("empty", [], in: folder)
      let file = try #require(try await mapped([folder + "/empty"]).first)
      #expect(file.segments.isEmpty && file.size == 0 && file.segmentCount == 0)
    }
  }

  @Test func aHundredThousandExtents() async throws {
    let volume = try await Volume(.ext4, size: "2G")
    try await volume.mounted { folder in
      let path = folder + "/fragments"
      let file = try Descriptor(
        FilePath(path), .writeOnly, options: .create, permissions: .ownerReadWrite)
      let block = [UInt8](repeating: 7, count: 4096)
      for index in 0..<100_000 { try file.write(block, at: UInt64(index) * 8192) }
      try file.synchronize()
      let map = try #require(try await mapped(["--block-granular", path]).first)
      #expect(map.segmentCount == 100_000)
      #expect(map.holeBytes == 99_999 * 4096)
      #expect(try await map.extents == PeerExtent.filefrag(path))
    }
  }
}

/// Writes runs of bytes that tell their place, and sets the file's length.
func write(
  _ name: String, _ runs: [(offset: UInt64, count: Int)], size: UInt64? = nil, in folder: String
) throws {
  let file = try Descriptor(
    FilePath(folder + "/" + name), .writeOnly, options: .create, permissions: .ownerReadWrite)
  for run in runs {
    try file.write(
      (0..<run.count).map { UInt8(truncatingIfNeeded: ($0 &* 31) &+ ($0 >> 8)) | 1 },
      at: run.offset)
  }
  if let size { try file.truncate(to: size) }
  try file.synchronize()
}
