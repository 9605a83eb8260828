@testable import Iopmem
import TestSupport
import Testing

@Suite struct SegmentListTests {
  private func expect(_ list: borrowing SegmentList, holds segments: [Segment]) throws {
    var found: [Segment] = []
    try list.forEachRun { (run) throws(Failure) in found += run }
    #expect(found == segments)
    #expect(list.count == segments.count)
  }

  /// Past the limit they go to a file and come back in order.
  @Test(arguments: [0, 1, 4096, 4097, 20_000, 200_001])
  func keepsOrder(_ count: Int) throws {
    var list = SegmentList(memoryLimit: 100_000)
    let segments = (0..<count).map { index in
      Segment(
        fileOffset: FileOffset(UInt64(index) * 2), barOffset: BarOffset(UInt64(index) * 3),
        length: ByteCount(1))
    }
    for segment in segments { try list.append(segment) }
    try expect(list, holds: segments)
    list.removeAll()
    try expect(list, holds: [])
    for segment in segments.reversed() { try list.append(segment) }
    try expect(list, holds: segments.reversed())
  }

  /// Whatever the numbers: near and far, forth and back, with flags and without.
  @Test(arguments: [UInt64(0), 1, 2])
  func losesNothing(_ seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    var list = SegmentList(memoryLimit: 200_000)
    let edges: [UInt64] = [
      0, 1, 4096, 1 << 31 - 1, 1 << 31, 1 << 32 - 1, 1 << 32, 1 << 63, .max,
    ]
    func number() -> UInt64 {
      let edge = edges[Int.random(in: 0..<edges.count, using: &random)]
      return edge &+ UInt64.random(in: 0...2, using: &random) &- 1
    }
    let segments = (0..<30_000).map { _ in
      Segment(
        fileOffset: FileOffset(number()), barOffset: BarOffset(number()),
        length: ByteCount(number()),
        flags: Int.random(in: 0..<4, using: &random) == 0 ? [.unwritten, .shared] : [])
    }
    for segment in segments { try list.append(segment) }
    try expect(list, holds: segments)
  }

  @Test func mostTakeTwelveBytes() {
    let segments = (0..<1000).map { index in
      Segment(
        fileOffset: FileOffset(index * 8192), barOffset: BarOffset((1000 - index) * 12_288),
        length: .page)
    }
    #expect(PackedSegments(segments).byteCount == 12_000)
  }
}
