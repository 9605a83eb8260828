import Iopmem
import TestSupport
import Testing

@Suite struct FreeSpaceTests {
  private let page = Alignment(unit: .page, origin: BarOffset(0))
  private let pmd = Alignment(unit: .pmd, origin: BarOffset(0))

  private func run(_ start: UInt64, _ length: UInt64) -> FreeRun? {
    FreeRun(start: DeviceOffset(start), length: ByteCount(length))
  }

  private func space(_ runs: [(UInt64, UInt64)]) -> FreeSpace {
    FreeSpace(runs.compactMap { run($0.0, $0.1) })
  }

  @Test func runsThatTouchAreOne() {
    let joined = space([(8192, 4096), (0, 4096), (4096, 4096), (20480, 4096), (20480, 100)])
    #expect(joined.runs == [run(0, 12288), run(20480, 4096)].compactMap { $0 })
    #expect(joined.total == ByteCount(16384))
  }

  @Test func emptyAndEndlessRunsAreNone() {
    #expect(run(0, 0) == nil)
    #expect(run(1, .max) == nil)
    #expect(run(.max, 1) == nil)
    #expect(run(.max - 1, 1) != nil)
  }

  @Test(
    arguments: [
      // free runs, length, where it goes
      ([(0, 8192), (16384, 4096)], 4096, 16384),
      ([(0, 8192), (16384, 4096)], 8192, 0),
      ([(0, 4096), (16384, 4096)], 8192, nil),
      ([], 1, nil), ([(0, 4096)], .max, nil),
    ] as [([(UInt64, UInt64)], UInt64, UInt64?)])
  func shortestRunThatHolds(_ runs: [(UInt64, UInt64)], _ length: UInt64, _ start: UInt64?) {
    var space = space(runs)
    let before = space.total
    let taken = space.take(ByteCount(length), page)
    #expect(taken?.start == start.map { DeviceOffset($0) })
    let left = before.rawValue - (taken == nil ? 0 : length)
    #expect(space.total == ByteCount(left))
  }

  @Test func alignmentCostsTheRunItsBeginning() {
    let one = space([(4096, (4 << 20) - 4096)])
    #expect(one.largest(pmd) == ByteCount(2 << 20))
    #expect(one.largest(page) == ByteCount((4 << 20) - 4096))
    var taking = one
    let tooLong = taking.take(ByteCount((2 << 20) + 1), pmd)
    #expect(tooLong == nil)
    let taken = taking.take(.pmd, pmd)
    #expect(taken?.start == DeviceOffset(2 << 20))
    #expect(taking.runs == [run(4096, (2 << 20) - 4096)].compactMap { $0 })
  }

  @Test func aRunThatHoldsNoAlignedByteHasNone() {
    #expect(space([(4096, 8192)]).largest(pmd) == .zero)
    #expect(space([(UInt64.max - 8192, 8192)]).largest(pmd) == .zero)
  }

  @Test func piecesAreFewAndAddUp() {
    var space = space([(0, 4096), (8192, 16384), (40960, 8192)])
    let pieces = space.takePieces(ByteCount(20480))
    #expect(pieces == [run(8192, 16384), run(40960, 4096)].compactMap { $0 })
    let tooMuch = space.takePieces(ByteCount(8193))
    #expect(tooMuch == nil)
    #expect(space.total == ByteCount(8192))
  }

  /// Against the obvious: every byte of a small space tried one by one.
  @Test func agreesWithTryingEveryPlace() {
    var random = SplitMix64(seed: 1)
    for _ in 0..<500 {
      let runs = (0..<Int.random(in: 0...6, using: &random)).map { _ in
        (UInt64.random(in: 0..<60, using: &random), UInt64.random(in: 0..<20, using: &random))
      }
      let origin = UInt64.random(in: 0..<9, using: &random)
      let unit = UInt64.random(in: 1..<9, using: &random)
      var free = [Bool](repeating: false, count: 100)
      for (start, length) in runs { for byte in start..<start + length { free[Int(byte)] = true } }
      var largest = 0
      for start in 0..<100 where (UInt64(start) + origin) % unit == 0 {
        largest = max(largest, free[start...].prefix { $0 }.count)
      }
      let alignment = Alignment(unit: ByteCount(unit), origin: BarOffset(origin))
      var space = space(runs)
      #expect(space.largest(alignment) == ByteCount(UInt64(largest)), "\(runs) \(origin) \(unit)")
      let tooLong = space.take(ByteCount(UInt64(largest + 1)), alignment)
      #expect(tooLong == nil)
      if largest > 0 {
        let taken = space.take(ByteCount(UInt64(largest)), alignment)
        #expect(taken.map { alignment.accepts($0.start) } == true)
      }
    }
  }
}
