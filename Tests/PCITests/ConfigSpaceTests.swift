import PCI
import Testing

@Suite struct ConfigSpaceTests {
  /// A header with these bytes at an offset, zeros elsewhere.
  static func header(_ bytes: [UInt8], at offset: Int, length: Int = 64) -> ConfigSpace {
    var space = [UInt8](repeating: 0, count: length)
    space.replaceSubrange(offset..<offset + bytes.count, with: bytes)
    return ConfigSpace(space)
  }

  @Test func littleEndian() {
    let config = ConfigSpace([0xF4, 0x1A, 0x10, 0x11])
    #expect(config.read(UInt16.self, at: 0) == 0x1AF4)
    #expect(config.read(UInt32.self, at: 0) == 0x1110_1AF4)
  }

  @Test(arguments: [-1, 1, 4, .max, .min])
  func nothingPastWhatWasRead(_ offset: Int) {
    #expect(ConfigSpace([1, 2, 3, 4]).read(UInt32.self, at: offset) == nil)
    #expect(ConfigSpace([]).read(UInt8.self, at: offset) == nil)
  }

  @Test func memoryDecoding() {
    #expect(Self.header([0x02, 0x00], at: 4).command == [.memory])
    #expect(Self.header([0x04, 0x00], at: 4).command == [.busMaster])
    #expect(ConfigSpace([0xF4, 0x1A, 0x10, 0x11, 0x02]).command == nil)
  }

  @Test func allOnesIsGone() {
    #expect(ConfigSpace([UInt8](repeating: 0xFF, count: 256)).isGone)
    #expect(!ConfigSpace([]).isGone)
    // A virtual function's vendor and device.
    #expect(!Self.header([0xFF, 0xFF, 0xFF, 0xFF], at: 0).isGone)
  }

  @Test(arguments: [(0, 6), (0x80, 6), (1, 2), (2, 1)])
  func layouts(_ type: UInt8, _ registers: Int) {
    #expect(Self.header([type], at: 0x0E).layout?.registerCount == registers)
  }

  @Test func powerStates() {
    let states: [Function.PowerState] = [.awake, .light, .deeper, .hot]
    for (bits, state) in states.enumerated() {
      var space = [UInt8](repeating: 0, count: 256)
      (space[0x06], space[0x34]) = (0x10, 0x80)
      (space[0x80], space[0x84]) = (0x01, 0x08 | UInt8(bits))
      #expect(ConfigSpace(space).powerState == state)
      #expect(ConfigSpace(Array(space.prefix(0x85))).powerState == nil)
      space[0x80] = 0x05
      #expect(ConfigSpace(space).powerState == nil)
    }
  }

  @Test func unknownLayout() { #expect(Self.header([0x7F], at: 0x0E).layout == nil) }
}
