import Iopmem
import PCI
import Testing

@Suite struct WindowTests {
  @Test func partitionStartIsAdded() throws {
    let window = try Window(
      source: .driver, function: FunctionAddress("0000:01:00.0"), bar: 2,
      start: BarOffset(1 << 20), length: ByteCount(1 << 20), barLength: ByteCount(4 << 20),
      busBase: 0x10_0000_0000, cpuBase: 0x20_0000_0000)
    let offset = try window.barOffset(of: DeviceOffset(4096), length: .page)
    #expect(offset == BarOffset((1 << 20) + 4096))
    #expect(window.busAddress(of: offset)?.rawValue == 0x10_0010_1000)
    #expect(window.cpuAddress(of: offset)?.rawValue == 0x20_0010_1000)
  }

  @Test(arguments: [
    (DeviceOffset(1 << 20), ByteCount(1)), (DeviceOffset((1 << 20) - 1), ByteCount(2)),
    (DeviceOffset(.max), ByteCount(1)), (DeviceOffset(0), ByteCount(.max)),
  ])
  func nothingOutsideTheDevice(_ offset: DeviceOffset, _ length: ByteCount) throws {
    let window = try Window(
      source: .image, start: BarOffset(0), length: ByteCount(1 << 20),
      barLength: ByteCount(2 << 20))
    #expect(throws: OutOfRange.self) { try window.barOffset(of: offset, length: length) }
  }

  @Test func addressSpaceEnds() {
    #expect(throws: OutOfRange.self) {
      try Window(
        source: .given, start: BarOffset(0), length: .page, barLength: .page, busBase: .max - 1)
    }
  }
}
