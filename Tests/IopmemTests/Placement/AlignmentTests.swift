import Iopmem
import Testing

@Suite struct AlignmentTests {
  @Test(
    arguments: [
      // origin, unit, from, first
      (0, 4096, 0, 0), (0, 4096, 1, 4096), (0, 4096, 4096, 4096),
      // A partition that begins 1 MiB into the BAR: 2 MiB there is 1 MiB here.
      (1 << 20, 2 << 20, 0, 1 << 20), (1 << 20, 2 << 20, (1 << 20) + 1, 3 << 20),
      // An origin that is no multiple of a block: nothing but what fits is aligned.
      (512, 4096, 0, 3584), (0, 1, 17, 17), (0, 0, 17, 17),
    ] as [(UInt64, UInt64, UInt64, UInt64)])
  func countsFromTheBar(_ origin: UInt64, _ unit: UInt64, _ from: UInt64, _ first: UInt64) {
    let alignment = Alignment(unit: ByteCount(unit), origin: BarOffset(origin))
    #expect(alignment.first(from: DeviceOffset(from)) == DeviceOffset(first))
    #expect(alignment.accepts(DeviceOffset(first)))
    #expect(alignment.accepts(DeviceOffset(from)) == (from == first))
  }

  @Test(
    arguments: [
      (UInt64.max, 1, 1), (0, 4096, .max), (.max - 4096, 2 << 20, 1), (1, .max, .max),
    ] as [(UInt64, UInt64, UInt64)])
  func nothingIsAlignedPastTheEnd(_ origin: UInt64, _ unit: UInt64, _ from: UInt64) {
    let alignment = Alignment(unit: ByteCount(unit), origin: BarOffset(origin))
    #expect(alignment.first(from: DeviceOffset(from)) == nil)
  }
}
