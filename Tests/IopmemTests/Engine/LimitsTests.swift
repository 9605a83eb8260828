import Iopmem
import Testing

/// Each limit at and around its edges.
@Suite struct LimitsTests {
  private func whole(_ address: UInt64, _ length: UInt64) -> EngineSegment {
    EngineSegment(
      fileOffset: FileOffset(0), barOffset: BarOffset(0), address: address,
      length: ByteCount(length))
  }

  private func pieces(_ address: UInt64, _ length: UInt64, _ limits: Limits) throws -> [Range<
    UInt64
  >] {
    try limits.pieces(of: whole(address, length)).map {
      $0.address..<$0.address + $0.length.rawValue
    }
  }

  @Test(
    arguments: [
      (100, [0]), (99, [0]), (101, [0, 100]), (200, [0, 100]), (201, [0, 100, 200]), (1, [0]),
    ] as [(UInt64, [UInt64])])
  func lengths(_ length: UInt64, _ starts: [UInt64]) throws {
    let found = try pieces(0, length, Limits(maxSegment: ByteCount(100)))
    #expect(found.map(\.lowerBound) == starts && found.last?.upperBound == length)
  }

  @Test(
    arguments: [
      (0, 0x1000, [0]), (0, 0x1001, [0, 0x1000]), (0xFFF, 1, [0xFFF]), (0xFFF, 2, [0xFFF, 0x1000]),
      (0x1000, 0x1000, [0x1000]), (1, 0x2FFF, [1, 0x1000, 0x2000]),
    ] as [(UInt64, UInt64, [UInt64])])
  func boundaries(_ address: UInt64, _ length: UInt64, _ starts: [UInt64]) throws {
    let found = try pieces(address, length, Limits(boundary: .page))
    #expect(found.map(\.lowerBound) == starts && found.last?.upperBound == address + length)
  }

  @Test func lengthsAndBoundariesTogether() throws {
    let limits = try Limits(maxSegment: ByteCount(0x600), boundary: .page)
    #expect(
      try pieces(0xE00, 0x1800, limits) == [
        0xE00..<0x1000, 0x1000..<0x1600, 0x1600..<0x1C00, 0x1C00..<0x2000, 0x2000..<0x2600,
      ])
  }

  @Test func theEndOfAllAddresses() throws {
    #expect(
      try Limits(boundary: .page).pieces(of: whole(.max - 0x1FFE, 0x1FFF)).map(\.address)
        == [.max - 0x1FFE, .max - 0xFFF])
    #expect(try Limits.none.pieces(of: whole(0, .max)).map(\.length.rawValue) == [.max])
    #expect(throws: Limits.Problem.outOfReach(whole(.max, 2))) {
      try Limits.none.pieces(of: whole(.max, 2))
    }
  }

  @Test(arguments: [(UInt8(32), UInt64(1) << 32), (40, 1 << 40), (1, 2), (63, 1 << 63)])
  func addressBits(_ bits: UInt8, _ end: UInt64) throws {
    let limits = try Limits(addressBits: bits)
    #expect(try pieces(end - 1, 1, limits).count == 1)
    for (address, length) in [(end, UInt64(1)), (end - 1, 2), (0, end + 1)] {
      #expect(throws: Limits.Problem.outOfReach(whole(address, length))) {
        try limits.pieces(of: whole(address, length))
      }
    }
  }

  @Test func alignmentIsOfAddressAndLength() throws {
    let limits = try Limits(alignment: ByteCount(512))
    #expect(try pieces(1024, 512, limits) == [1024..<1536])
    for address: UInt64 in [1, 511, 1025, 256] {
      #expect(throws: Limits.Problem.misplaced(whole(address, 512))) {
        try limits.pieces(of: whole(address, 512))
      }
    }
    for length: UInt64 in [1, 511, 513, 5001] {
      #expect(throws: Limits.Problem.uneven(whole(512, length))) {
        try limits.pieces(of: whole(512, length))
      }
    }
  }

  @Test func piecesOfWhatIsAlignedAreAligned() throws {
    let limits = try Limits(
      maxSegment: ByteCount(1500), boundary: ByteCount(8192), alignment: ByteCount(512))
    #expect(limits.maxSegment == ByteCount(1024))
    for piece in try limits.pieces(of: whole(512 * 15, 512 * 9)) {
      #expect(piece.address % 512 == 0 && piece.length.rawValue % 512 == 0)
    }
  }

  @Test func limitsThatNoSegmentKeeps() {
    #expect(throws: Limits.Mistake.zero) { try Limits(maxSegment: .zero) }
    #expect(throws: Limits.Mistake.zero) { try Limits(boundary: .zero) }
    #expect(throws: Limits.Mistake.zero) { try Limits(alignment: .zero) }
    #expect(throws: Limits.Mistake.zero) { try Limits(maxSegments: 0) }
    #expect(throws: Limits.Mistake.notPowerOfTwo) { try Limits(boundary: ByteCount(12_288)) }
    #expect(throws: Limits.Mistake.notPowerOfTwo) { try Limits(alignment: ByteCount(24)) }
    #expect(throws: Limits.Mistake.shorterThanAlignment) {
      try Limits(maxSegment: ByteCount(511), alignment: ByteCount(512))
    }
    #expect(throws: Limits.Mistake.shorterThanAlignment) {
      try Limits(boundary: ByteCount(256), alignment: ByteCount(512))
    }
    for bits: UInt8 in [0, 65, 255] {
      #expect(throws: Limits.Mistake.addressBits) { try Limits(addressBits: bits) }
    }
  }

  @Test func limitsAtTheEdgeOfNumbers() throws {
    let limits = try Limits(
      maxSegment: ByteCount(.max), boundary: ByteCount(1 << 63), maxSegments: .max)
    #expect(try pieces(0x1000, 0x1000, limits) == [0x1000..<0x2000])
    #expect(try Limits(alignment: ByteCount(1 << 63)).alignment.rawValue == 1 << 63)
  }
}
