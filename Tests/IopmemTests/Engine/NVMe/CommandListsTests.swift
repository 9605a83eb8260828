@testable import Iopmem
import TestSupport
import Testing

/// A file's lists, one a command.
@Suite struct CommandListsTests {
  /// What a controller moves by all lists, each read from where its command says that it is.
  private func moved(
    _ sample: EngineListSample, most: UInt64, base: UInt64?, pageSize: UInt64 = 4096
  ) throws -> (runs: [NVMeController.Run], sizes: [UInt64]) {
    var runs: [NVMeController.Run] = []
    var sizes: [UInt64] = []
    var next = base ?? 0
    for stream in try sample.commandPages(
      .pages(base: base, pageSize: ByteCount(pageSize)), atMost: ByteCount(most))
    {
      let controller = NVMeController(pageSize: pageSize, listBase: next, list: stream.records)
      runs += try controller.runs(
        physicalRegionPages: stream.dataPointer, bytes: stream.transferBytes)
      sizes.append(stream.transferBytes)
      let end = next + UInt64(stream.records.count)
      if !stream.records.isEmpty { next = (end + pageSize - 1) / pageSize * pageSize }
    }
    return (runs.joined, sizes)
  }

  @Test func everyCommandHasItsList() throws {
    let sample = EngineListSample([(0x3000, 0x5000), (0x40_0000, 0x20_0000), (0x10_0000, 0x1801)])
    let total: UInt64 = 0x20_6801
    for most: UInt64 in [
      1000, 4096, 8192, 12_288, 1 << 16, 1 << 20, total - 1, total, total + 1, 1 << 40,
    ] {
      for base: UInt64 in [0x8000_0000, 0x8000_0FF0, 0x8000_0FF8] {
        let (runs, sizes) = try moved(sample, most: most, base: base)
        #expect(runs == sample.runs, "\(most)")
        #expect(sizes.reduce(0, +) == total && sizes.dropLast().allSatisfy { $0 == most })
        #expect(sizes.allSatisfy { $0 > 0 && $0 <= most })
      }
    }
  }

  @Test(arguments: 0..<50)
  func anyFile(_ seed: Int) throws {
    var random = SplitMix64(seed: UInt64(seed))
    var place: UInt64 = 1 << 20
    let runs = (0..<Int.random(in: 1...20, using: &random)).map { _ in
      let length = 4096 * UInt64.random(in: 1...60, using: &random)
      defer { place += length + 4096 * UInt64.random(in: 0...2, using: &random) }
      return (bar: place, length: length)
    }
    let sample = EngineListSample(runs)
    let most = 4096 * UInt64.random(in: 1...100, using: &random)
    let base = 8 * UInt64.random(in: 0..<1 << 28, using: &random)
    #expect(try moved(sample, most: most, base: base).runs == sample.runs)
  }

  /// Each command's own two entries do where no list is needed.
  @Test func twoPagesACommandNeedNoMemory() throws {
    let sample = EngineListSample([(0, 10 * 4096)])
    #expect(try moved(sample, most: 8192, base: nil).runs == sample.runs)
    #expect(throws: Failure.self) { try moved(sample, most: 12_288, base: nil) }
  }

  /// Copied to their places, lists would write over bytes of other commands.
  @Test func noListLiesInAnyPart() throws {
    let sample = EngineListSample([(0, 16 * 4096), (0x100_0000, 16 * 4096)])
    let second = sample.origin + 0x100_0000
    #expect(throws: Failure.self) { try moved(sample, most: 1 << 16, base: second + 0x8000) }
    #expect(throws: Failure.self) { try moved(sample, most: 1 << 16, base: second - 4096) }
    #expect(try moved(sample, most: 1 << 16, base: second - 8192).runs == sample.runs)
    #expect(throws: Failure.self) { try moved(sample, most: 1 << 16, base: .max - 4095) }
  }

  @Test func holesAndNothingAreRefused() throws {
    var holed = EngineListSample([(0, 4096), (8192, 4096)])
    holed.segments[1].fileOffset = FileOffset(8192)
    for most: UInt64 in [4096, 8192, 1 << 20] {
      let failure = #expect(throws: Failure.self) { try moved(holed, most: most, base: 0) }
      #expect(failure?.reason.contains("4096 bytes of holes") == true)
    }
    #expect(throws: Failure.self) { try moved(EngineListSample([]), most: 4096, base: 0) }
  }
}
