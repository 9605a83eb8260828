import PCI
import SystemPackage
import Testing

@testable import Iopmem

/// A saved map takes no segments that no file has.
@Suite struct SavedSegmentTests {
  private func map(_ segments: [(file: UInt64, bar: UInt64, length: UInt64)]) throws -> SavedMap {
    let uuid = try #require(VolumeUUID("01234567-89ab-cdef-0123-456789abcdef"))
    let fingerprint = try #require(Fingerprint("1-" + String(repeating: "0", count: 32)))
    return try SavedMap(
      path: "/a", identity: FileIdentity(fileSystem: uuid, inode: 12, generation: 1),
      size: ByteCount(8192), range: FileOffset(0)..<FileOffset(8192), fingerprint: fingerprint,
      function: nil, bar: nil, source: .image,
      segments: segments.map {
        Segment(
          fileOffset: FileOffset($0.file), barOffset: BarOffset($0.bar),
          length: ByteCount($0.length))
      }, busBase: nil, cpuBase: nil, allowed: [], requiredDAX: false)
  }

  @Test func inOrder() throws {
    #expect(try map([(0, 8192, 4096), (4096, 0, 4096)]).segments.count == 2)
    #expect(try map([]).segments.isEmpty)
  }

  @Test(
    arguments: [
      [(4096, 0, 4096), (0, 8192, 4096)], [(0, 0, 8192), (4096, 8192, 4096)], [(0, 0, 0)],
      [(.max, 0, 1)], [(0, .max, 1)], [(1, 0, .max)],
    ] as [[(file: UInt64, bar: UInt64, length: UInt64)]])
  func impossible(_ segments: [(file: UInt64, bar: UInt64, length: UInt64)]) {
    #expect(throws: SavedMap.SegmentError.self) { try map(segments) }
  }
}
