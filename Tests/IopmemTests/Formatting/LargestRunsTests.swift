import Testing

@testable import Iopmem

@Suite struct LargestRunsTests {
  private typealias Run = LargestRuns.Run

  private func runs(
    _ list: [(UInt64, UInt64)], deviceStart: UInt64 = 0, alignment: UInt64 = 1 << 20
  ) throws -> LargestRuns {
    var runs = LargestRuns(
      alignment: ByteCount(alignment), deviceStart: ByteCount(deviceStart))
    for (start, length) in list {
      try runs.add(Run(start: DeviceOffset(start), length: ByteCount(length)))
    }
    return runs
  }

  @Test func theLongestAlignedRunNeedNotBeInTheLongest() throws {
    let mebibyte: UInt64 = 1 << 20
    let runs = try runs([(4096, 2 * mebibyte - 8192), (2 * mebibyte, 2 * mebibyte - 12288)])
    #expect(runs.any == Run(start: DeviceOffset(4096), length: ByteCount(2 * mebibyte - 8192)))
    #expect(
      runs.aligned
        == Run(start: DeviceOffset(2 * mebibyte), length: ByteCount(2 * mebibyte - 12288)))
  }

  @Test func alignmentCountsFromTheDisk() throws {
    let runs = try runs([(0, 4 << 20)], deviceStart: 4096)
    #expect(runs.aligned?.start == DeviceOffset((1 << 20) - 4096))
  }

  @Test func nothingAligned() throws {
    let runs = try runs([(4096, 8192)])
    #expect(runs.any != nil)
    #expect(runs.aligned == nil)
    #expect(try self.runs([]).any == nil)
  }

  @Test(arguments: [(.max, 1), (1, .max), (.max - 4096, 4096)] as [(UInt64, UInt64)])
  func runsThatNoDeviceHas(_ start: UInt64, _ length: UInt64) {
    #expect(throws: OutOfRange.self) { try runs([(start, length)]) }
  }
}
