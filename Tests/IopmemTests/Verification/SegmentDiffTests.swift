@testable import Iopmem
import TestSupport
import Testing

@Suite struct SegmentDiffTests {
  /// Two lists of segments, and the moves from one to the other.
  struct Example: Sendable {
    typealias Parts = (file: UInt64, length: UInt64, bar: UInt64)
    let old: [Parts]
    let new: [Parts]
    let moves: [String]

    init(_ old: [Parts], _ new: [Parts], _ moves: [String]) {
      self.old = old
      self.new = new
      self.moves = moves
    }
  }

  static let examples = [
    Example([(0, 4, 100)], [(0, 4, 100)], []),
    // However the segments are cut.
    Example([(0, 4, 100)], [(0, 1, 100), (1, 3, 101)], []),
    Example([(0, 4, 100)], [(0, 4, 200)], ["0..<4 0x64 0xc8"]),
    Example([(0, 4, 100)], [(0, 2, 100), (2, 2, 200)], ["2..<4 0x66 0xc8"]),
    // Holes made and filled, at the ends and between.
    Example([(0, 4, 100)], [], ["0..<4 0x64 -"]),
    Example([], [(3, 2, 7)], ["3..<5 - 0x7"]),
    Example([(0, 6, 100)], [(0, 2, 100), (4, 2, 104)], ["2..<4 0x66 -"]),
    Example([(0, 2, 100), (4, 2, 104)], [(0, 6, 100)], ["2..<4 - 0x66"]),
    Example(
      [(0, 2, 1), (8, 2, 9)], [(4, 2, 5)], ["0..<2 0x1 -", "4..<6 - 0x5", "8..<10 0x9 -"]),
    // What moved as one is told as one, and what moved apart is not.
    Example([(0, 2, 10), (2, 2, 12)], [(0, 4, 50)], ["0..<4 0xa 0x32"]),
    Example([(0, 2, 10), (2, 2, 30)], [(0, 4, 50)], ["0..<2 0xa 0x32", "2..<4 0x1e 0x34"]),
  ]

  @Test(arguments: examples)
  func moves(_ example: Example) {
    let found = moves(from: example.old.map(segment), to: example.new.map(segment))
    #expect(found == example.moves)
  }

  @Test func flagsCount() {
    var written = segment((0, 8, 100))
    var unwritten = written
    unwritten.flags = .unwritten
    #expect(moves(from: [unwritten], to: [written]) == ["0..<8 0x64 unwritten 0x64"])
    written.flags = .shared
    #expect(moves(from: [unwritten], to: [written]) == ["0..<8 0x64 unwritten 0x64 shared"])
    var diff = SegmentDiff(from: [unwritten], comparesFlags: false)
    diff.take(written)
    diff.finish()
    #expect(diff.changes.isEmpty)
  }

  @Test func manyMovesAreCounted() {
    let old = (0..<100).map { segment(($0 * 2, 1, 1000 + $0 * 2)) }
    var diff = SegmentDiff(from: old)
    diff.finish()
    #expect(diff.changes.count == SegmentDiff.limit)
    #expect(diff.leftOut == 100 - SegmentDiff.limit)
  }

  @Test func theEndOfTheNumbers() {
    let last = segment((.max - 4, 4, .max - 4))
    #expect(moves(from: [last], to: [last]).isEmpty)
    #expect(moves(from: [last], to: []).count == 1)
    #expect(moves(from: [], to: [last]).count == 1)
    let long = segment((0, 3 << 62, 0))
    let next = segment((3 << 62, 1, 3 << 62))
    #expect(moves(from: [long, next], to: [segment((0, 4096, 1))]).count == 2)
  }

  /// Against the plainest way: one byte after the other.
  @Test func everyByteIsTold() {
    var random = SplitMix64(seed: 1)
    for _ in 0..<500 {
      let old = layout(&random)
      let new = layout(&random)
      var diff = SegmentDiff(from: old)
      new.forEach { diff.take($0) }
      diff.finish()
      #expect(diff.leftOut == 0)
      let before = bytes(old)
      let after = bytes(new)
      let moved = Set(before.keys).union(after.keys).filter { before[$0] != after[$0] }
      let told = diff.changes.flatMap { move in
        move.range.map { Array($0.lowerBound.rawValue..<$0.upperBound.rawValue) } ?? []
      }
      #expect(told.count == Set(told).count && told == told.sorted())
      #expect(Set(told) == moved, "\(old) \(new)")
    }
  }

  private func layout(_ random: inout SplitMix64) -> [Segment] {
    var position: UInt64 = 0
    return (0..<Int.random(in: 0...8, using: &random)).map { _ in
      position += UInt64.random(in: 0...2, using: &random)
      let length = UInt64.random(in: 1...4, using: &random)
      defer { position += length }
      // Few places, so that many bytes stay where they are.
      return segment((position, length, position + 8 * UInt64.random(in: 0...1, using: &random)))
    }
  }

  private func bytes(_ segments: [Segment]) -> [UInt64: UInt64] {
    var places: [UInt64: UInt64] = [:]
    for segment in segments {
      for byte in 0..<segment.length.rawValue {
        places[segment.fileOffset.rawValue + byte] = segment.barOffset.rawValue + byte
      }
    }
    return places
  }

  private func moves(from old: [Segment], to new: [Segment]) -> [String] {
    var diff = SegmentDiff(from: old)
    new.forEach { diff.take($0) }
    diff.finish()
    return diff.changes.map { move in
      let range = move.range.map { "\($0.lowerBound.rawValue)..<\($0.upperBound.rawValue)" } ?? ""
      return "\(range) \(move.before ?? "-") \(move.after ?? "-")"
    }
  }

  private func segment(_ parts: Example.Parts) -> Segment {
    Segment(
      fileOffset: FileOffset(parts.file), barOffset: BarOffset(parts.bar),
      length: ByteCount(parts.length))
  }
}
