import Iopmem
import TestSupport
import Testing

/// Descriptors of FPGA cards, as a reader of their product guides finds them.
@Suite struct CardListTests {
  private static let ways = CardSide.Direction.allCases

  /// What must be moved: the file's runs to the card's memory from an address on, or back.
  private func expected(_ sample: EngineListSample, _ card: CardSide) -> [CardEngine.Move] {
    var place = card.base
    return sample.runs.map { run in
      defer { place += run.length }
      let isRead = card.direction == .hostToCard
      return CardEngine.Move(
        source: isRead ? run.address : place, destination: isRead ? place : run.address,
        length: run.length)
    }
  }

  private func moved(
    _ sample: EngineListSample, xdma base: UInt64, _ card: CardSide
  ) throws -> [CardEngine.Move] {
    let stream = try sample.xdma(base, card)
    #expect(stream.kind == 4)
    let pointer = stream.dataPointer
    let moves = try CardEngine.moves(
      xdma: stream.records, at: base, first: pointer.number(0, 8), adjacent: pointer.number(8, 8))
    #expect(moves.reduce(0) { $0 + $1.length } == stream.transferBytes)
    return moves
  }

  /// A row of so many descriptors: each a page, and none beside the next.
  private func pages(_ count: Int) -> EngineListSample {
    EngineListSample((0..<count).map { (UInt64($0) * 8192, 4096) })
  }

  /// As the guide has it, bit by bit.
  @Test func oneDescriptor() throws {
    let sample = EngineListSample([(0x1000, 0x345)])
    let stream = try sample.xdma(0x5020, CardSide(.hostToCard, base: 0xC000_0000_0001))
    #expect(stream.dataPointer == littleEndian(0x5020) + littleEndian(0))
    #expect(
      stream.records
        == [0x03, 0x00, 0x4B, 0xAD, 0x45, 0x03, 0, 0] + littleEndian(sample.origin + 0x1000)
        + littleEndian(0xC000_0000_0001) + littleEndian(0))
    let ring = try sample.qdma(CardSide(.cardToHost, base: 0xC000_0000_0001))
    #expect(ring.kind == 5 && ring.dataPointer == littleEndian(0) + littleEndian(0))
    #expect(
      ring.records
        == littleEndian(0xC000_0000_0001) + littleEndian(0x345)
        + littleEndian(sample.origin + 0x1000) + littleEndian(0))
  }

  @Test(arguments: [1, 2, 3, 63, 64, 65, 128, 129, 130, 1000], ways)
  func blocksEndWherePagesDo(_ count: Int, _ way: CardSide.Direction) throws {
    let sample = pages(count)
    let card = CardSide(way, base: 0x4000_0000)
    for base: UInt64 in [0, 0x20, 0x7E0, 0x800, 0xFE0, 0x8000_0FC0, .max >> 1 & ~31] {
      let moves = try moved(sample, xdma: base, card)
      #expect(moves == expected(sample, card), "\(count) from \(base)")
    }
    #expect(
      try CardEngine.moves(qdma: sample.qdma(card).records, lengthBits: 16)
        == expected(sample, card))
  }

  /// The first block is as long as the registers say, and no longer than six bits can.
  @Test func theFirstBlockHasWhatIsAdjacent() throws {
    let card = CardSide(.hostToCard, base: 0)
    for (base, count, adjacent) in [
      (0, 1, 0), (0, 2, 1), (0, 64, 63), (0, 65, 63), (0x7E0, 5, 0), (0x7C0, 5, 1), (0xFE0, 5, 0),
    ] as [(UInt64, Int, UInt64)] {
      let pointer = try pages(count).xdma(base, card).dataPointer
      #expect(pointer.number(0, 8) == base && pointer.number(8, 8) == adjacent, "\(base) \(count)")
    }
  }

  @Test func longRunsAreCut() throws {
    var sample = EngineListSample([(0, (1 << 29) + 5)])
    let card = CardSide(.cardToHost, base: 1 << 40)
    let moves = try moved(sample, xdma: 0, card)
    #expect(moves.map(\.length) == [0x0FFF_F000, 0x0FFF_F000, 0x2005])
    #expect(moves.joined == expected(sample, card))
    // Of 16 bits, unless told that there are more.
    let ring = try CardEngine.moves(qdma: sample.qdma(card).records, lengthBits: 16)
    #expect(
      ring.joined == expected(sample, card) && ring.dropLast().allSatisfy { $0.length == 0xF000 })
    sample.limits = try Limits(maxSegment: ByteCount(1 << 28))
    let longer = try CardEngine.moves(qdma: sample.qdma(card).records, lengthBits: 28)
    #expect(longer == moves)
    sample.limits = try Limits(maxSegment: ByteCount(1000), boundary: ByteCount(4096))
    #expect(try moved(sample, xdma: 0x40, card).joined == expected(sample, card))
  }

  private func refusal(_ body: () throws -> Void, _ words: String) {
    let failure = #expect(throws: Failure.self, "\(words)") { try body() }
    #expect(failure?.code == .refused)
    #expect(failure?.reason.contains(words) == true, "\(failure?.reason ?? "")")
  }

  @Test func whatDescriptorsCannotTellIsRefused() throws {
    let card = CardSide(.hostToCard, base: 0)
    var holed = EngineListSample([(0, 4096)])
    holed.holes = .page
    refusal({ _ = try holed.xdma(0, card) }, "holes")
    refusal({ _ = try holed.qdma(card) }, "holes")
    refusal({ _ = try EngineListSample([]).qdma(card) }, "no bytes")
    let sample = pages(3)
    refusal({ _ = try sample.xdma(16, card) }, "multiple of 32")
    refusal({ _ = try sample.xdma(sample.origin, card) }, "its own bytes")
    refusal({ _ = try sample.xdma(sample.origin - 64, card) }, "its own bytes")
    #expect(try moved(sample, xdma: sample.origin - 96, card) == expected(sample, card))
    refusal({ _ = try sample.xdma(.max & ~31, card) }, "address bits")
    let end = CardSide(.hostToCard, base: .max - 3 * 4096 + 2)
    refusal({ _ = try sample.xdma(0, end) }, "card's")
    refusal({ _ = try sample.qdma(end) }, "card's")
    var limited = pages(2)
    limited.limits = try Limits(alignment: ByteCount(1 << 29))
    refusal({ _ = try limited.xdma(0, card) }, "alignment")
    refusal({ _ = try limited.qdma(card) }, "alignment")
    limited.limits = try Limits(addressBits: 34)
    refusal({ _ = try limited.xdma(1 << 34, card) }, "34 address bits")
    refusal({ _ = try limited.xdma((1 << 34) - 32, card) }, "34 address bits")
    #expect(try moved(limited, xdma: (1 << 34) - 64, card) == expected(limited, card))
  }
}
