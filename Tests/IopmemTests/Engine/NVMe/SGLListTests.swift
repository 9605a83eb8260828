import Iopmem
import TestSupport
import Testing

@Suite struct SGLListTests {
  /// Where the controller moves the bytes of a file.
  private func moved(
    _ sample: EngineListSample, base: UInt64? = nil, pageSize: UInt64 = 4096
  ) throws -> [NVMeController.Run] {
    let stream = try sample.descriptors(.descriptors(base: base, pageSize: ByteCount(pageSize)))
    #expect(stream.kind == 3)
    let controller = NVMeController(
      pageSize: pageSize, listBase: base ?? 0, list: stream.records)
    return try controller.runs(
      scatterGatherList: stream.dataPointer, bytes: stream.transferBytes
    ).joined
  }

  /// Pieces of the BAR with gaps between them.
  private func sample(_ count: UInt64) -> EngineListSample {
    EngineListSample((0..<count).map { (bar: $0 * 100, length: 50 + $0 % 40) })
  }

  @Test func oneSegmentIsInTheCommand() throws {
    let stream = try EngineListSample([(0x123, 5001)]).descriptors(.descriptors())
    #expect(stream.records.isEmpty)
    #expect(
      stream.dataPointer == littleEndian(0x2_0000_0123) + [0x89, 0x13, 0, 0, 0, 0, 0, 0x00])
    #expect(try moved(EngineListSample([(0x123, 5001)])).map(\.length) == [5001])
  }

  @Test func theLastSegmentSaysSo() throws {
    let stream = try sample(2).descriptors(.descriptors(base: 0x7000))
    #expect(stream.dataPointer == littleEndian(0x7000) + [32, 0, 0, 0, 0, 0, 0, 0x30])
    #expect(stream.records.count == 32)
    let failure = #expect(throws: Failure.self) { try sample(2).descriptors(.descriptors()) }
    #expect(failure?.code == .refused && failure?.remedy?.contains("--list-base") == true)
    #expect(throws: Failure.self) {
      try sample(2).descriptors(.descriptors(base: sample(2).origin))
    }
  }

  /// Of 4 KiB pages, 256 descriptors each.
  private static let chains: [(segments: UInt64, base: UInt64, slots: Int)] = [
    (256, 0x10000, 256), (257, 0x10000, 258), (511, 0x10000, 512), (512, 0x10000, 514),
    (2, 0x10FE0, 2), (3, 0x10FE0, 4), (3, 0x10FD0, 3), (258, 0x10FE0, 260),
  ]

  @Test(arguments: chains)
  func listsGoOnInTheNextPage(_ segments: UInt64, _ base: UInt64, _ slots: Int) throws {
    let sample = sample(segments)
    #expect(try sample.descriptors(.descriptors(base: base)).records.count == slots * 16)
    #expect(try moved(sample, base: base) == sample.runs)
  }

  @Test func aPageIsNotForALinkAlone() throws {
    let failure = #expect(throws: Failure.self) { try moved(sample(2), base: 0x10FF0) }
    #expect(failure?.code == .refused && failure?.remedy?.contains("next page") == true)
  }

  @Test(arguments: 0..<150)
  func theControllerMovesTheFilesBytes(_ seed: Int) throws {
    var random = SplitMix64(seed: UInt64(seed))
    let pageSize: UInt64 = 4096 << UInt64.random(in: 0...2, using: &random)
    var place: UInt64 = 0
    let runs = (0..<Int.random(in: 1...2000, using: &random)).map { _ in
      let length = UInt64.random(in: 1...9000, using: &random)
      defer { place += length + UInt64.random(in: 0...1, using: &random) * 17 }
      return (bar: place, length: length)
    }
    var sample = EngineListSample(runs)
    sample.limits = try Limits(
      maxSegment: Bool.random(using: &random)
        ? nil : ByteCount(UInt64.random(in: 100...70_000, using: &random)),
      boundary: Bool.random(using: &random) ? nil : ByteCount(1 << 13))
    let base = UInt64.random(in: 0..<(1 << 40), using: &random) * 32
    #expect(try moved(sample, base: base, pageSize: pageSize) == sample.runs)
  }

  @Test func lengthsAreOfThirtyTwoBits() throws {
    let sample = EngineListSample([(0, 9 << 30)])
    let stream = try sample.descriptors(.descriptors(base: 0x1000))
    #expect(stream.records.count == 3 * 16)
    #expect(try moved(sample, base: 0x1000) == sample.runs)
    // Pieces keep the alignment even so, if a length can.
    var aligned = sample
    aligned.limits = try Limits(alignment: ByteCount(1 << 30))
    #expect(try aligned.descriptors(.descriptors(base: 0)).records.count == 3 * 16)
    aligned.limits = try Limits(alignment: ByteCount(1 << 32))
    #expect(throws: Failure.self) { try aligned.descriptors(.descriptors(base: 0)) }
  }

  @Test func whatARowOfBytesIsNotIsRefused() throws {
    var holed = EngineListSample([(0, 4096)])
    holed.holes = ByteCount(1)
    #expect(#expect(throws: Failure.self) { try moved(holed) }?.code == .refused)
    #expect(#expect(throws: Failure.self) { try moved(EngineListSample([])) }?.code == .refused)
  }
}
