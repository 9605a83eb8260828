import Iopmem
import Testing

@Suite struct SegmentBuilderTests {
  private func window(start: UInt64 = 0, length: UInt64 = 1 << 20) throws -> Window {
    try Window(
      source: .given, start: BarOffset(start), length: ByteCount(length),
      barLength: ByteCount(start + length), busBase: 0x1000)
  }

  private func extent(
    _ logical: UInt64, _ physical: UInt64, _ length: UInt64, _ flags: ExtentFlags = []
  ) -> Extent {
    Extent(
      logical: FileOffset(logical), physical: DeviceOffset(physical), length: ByteCount(length),
      flags: flags)
  }

  private func segments(
    _ extents: [Extent], in range: Range<UInt64>, window: Window, allowed: Set<Hazard> = []
  ) throws -> [Segment] {
    var builder = SegmentBuilder(
      window: window, range: FileOffset(range.lowerBound)..<FileOffset(range.upperBound),
      allowed: allowed)
    var segments: [Segment] = []
    for extent in extents {
      if let segment = try builder.add(extent) { segments.append(segment) }
    }
    if let last = builder.finish() { segments.append(last) }
    #expect(segments.reduce(0) { $0 + $1.length.rawValue } == builder.mappedBytes.rawValue)
    return segments
  }

  @Test func neighboursJoin() throws {
    let found = try segments(
      [extent(0, 4096, 4096), extent(4096, 8192, 4096, .last), extent(12288, 16384, 4096)],
      in: 0..<16384, window: window(start: 65536))
    #expect(
      found == [
        Segment(fileOffset: FileOffset(0), barOffset: BarOffset(69632), length: ByteCount(8192)),
        Segment(
          fileOffset: FileOffset(12288), barOffset: BarOffset(81920), length: ByteCount(4096)),
      ])
  }

  @Test func cutToTheRange() throws {
    let found = try segments([extent(0, 8192, 8192)], in: 100..<5000, window: window())
    #expect(
      found == [
        Segment(fileOffset: FileOffset(100), barOffset: BarOffset(8292), length: ByteCount(4900))
      ])
  }

  @Test func nothingIsSaidOfWhatWasNotAsked() throws {
    // Reserved past the end of the file, and outside the range: not the file's bytes.
    let found = try segments(
      [extent(0, 0, 4096, .unwritten), extent(8192, 8192, 4096, .unwritten)], in: 4096..<8192,
      window: window())
    #expect(found.isEmpty)
  }

  @Test(arguments: Hazard.allCases)
  func hazardsAreRefused(_ hazard: Hazard) throws {
    let flags: [Hazard: ExtentFlags] = [
      .unknownPlace: .unknown, .unallocated: .delayedAllocation, .encoded: .encoded,
      .encrypted: .encrypted, .notAligned: .notAligned, .inlineData: .inline,
      .packedTail: .tail, .unwritten: .unwritten, .shared: .shared,
      .unrecognised: ExtentFlags(rawValue: 0x4000_0000),
    ]
    let flag = try #require(flags[hazard])
    let extents = [extent(0, 0, 4096, [flag, .last, .merged])]
    #expect(throws: SegmentBuilder.Problem.hazard(hazard, at: FileOffset(0))) {
      try segments(extents, in: 0..<4096, window: window())
    }
    if hazard.canBeAllowed {
      let found = try segments(extents, in: 0..<4096, window: window(), allowed: [hazard])
      #expect(found.map(\.flags) == [flag])
    } else {
      #expect(throws: SegmentBuilder.Problem.self) {
        try segments(extents, in: 0..<4096, window: window(), allowed: [hazard])
      }
    }
  }

  @Test func oneHazardAllowedDoesNotAllowAnother() throws {
    #expect(throws: SegmentBuilder.Problem.hazard(.shared, at: FileOffset(0))) {
      try segments(
        [extent(0, 0, 4096, [.shared, .unwritten])], in: 0..<4096, window: window(),
        allowed: [.unwritten])
    }
  }

  @Test(arguments: [
    [(4096, 0, 4096), (0, 8192, 4096)], [(0, 0, 8192), (4096, 8192, 4096)], [(0, 0, 0)],
    [(UInt64.max, 0, 2)],
  ])
  func disorder(_ extents: [(UInt64, UInt64, UInt64)]) throws {
    #expect(throws: SegmentBuilder.Problem.self) {
      try segments(
        extents.map { extent($0.0, $0.1, $0.2) }, in: 0..<(.max), window: window())
    }
  }

  @Test(arguments: [
    (UInt64(1 << 20), UInt64(4096)), ((1 << 20) - 4096, 8192), (.max, 1), (0, .max),
  ])
  func outside(_ physical: UInt64, _ length: UInt64) throws {
    #expect(throws: SegmentBuilder.Problem.outside(at: FileOffset(0))) {
      try segments([extent(0, physical, length)], in: 0..<(.max), window: window())
    }
  }
}
