import PCI
import Testing

@Suite struct AccessControlTests {
  /// A configuration space with these words at their places.
  private func config(_ words: [Int: UInt32], length: Int = 4096) -> ConfigSpace {
    var bytes = [UInt8](repeating: 0, count: 4096)
    for (place, word) in words {
      for step in 0..<4 { bytes[place + step] = UInt8(truncatingIfNeeded: word >> (8 * step)) }
    }
    return ConfigSpace(Array(bytes.prefix(length)))
  }

  /// An ACS capability at 0x150, behind another; the control register is the upper half at 0x154.
  private func withControl(_ bits: UInt32) -> [Int: UInt32] {
    [0x100: 0x1501_0001, 0x150: 0x0001_000D, 0x154: bits << 16 | 0x7F]
  }

  /// A PCI Express capability at 0x40.
  private let express: [Int: UInt32] = [0x04: 0x0010_0006, 0x34: 0x40, 0x40: 0x0042_0010]

  @Test(arguments: 0..<7)
  func everyBit(_ bit: Int) {
    let control = AccessControl.Bits(rawValue: 1 << UInt16(bit))
    let found = config(withControl(1 << UInt32(bit))).accessControl
    #expect(found == .control(control))
    #expect(control.names.count == 1)
    #expect(found.redirects.isEmpty == ![2, 3, 5].contains(bit))
  }

  @Test func noCapability() {
    #expect(config([:]).accessControl == .absent)
    #expect(config([0x100: 0x0001_0001]).accessControl == .absent)
    #expect(config([:], length: 256).accessControl == .absent)
  }

  @Test func whatWasNotReadIsUnseen() {
    for length in [0, 4, 64, 128, 255] {
      #expect(config(withControl(4), length: length).accessControl == .unseen)
    }
    #expect(config(express, length: 256).accessControl == .unseen)
    for length in [257, 0x104, 0x150, 0x154, 0x157] {
      #expect(config(withControl(4), length: length).accessControl == .unseen)
    }
    #expect(config(withControl(4), length: 0x158).accessControl == .control(.requestRedirect))
  }

  /// With 256 bytes only a whole list without PCI Express shows a conventional function.
  @Test func aShortConfigTellsOnlyByItsWholeList() {
    func short(_ words: [Int: UInt32]) -> AccessControl { config(words, length: 256).accessControl }
    let listed: [Int: UInt32] = [0x04: 0x0010_0006, 0x34: 0x40]
    func list(_ words: [Int: UInt32]) -> AccessControl { short(listed.merging(words) { $1 }) }
    #expect(list([0x40: 0x0001]) == .absent)
    #expect(list([0x40: 0x5001, 0x50: 0x000D]) == .absent)
    // A circle, a place in the header, an entry of ones, of zeros, one beyond what was read.
    for second: UInt32 in [0x4005, 0x5005, 0x3005, .max, 0] {
      #expect(list([0x40: 0x5001, 0x50: second]) == .unseen, "\(second)")
    }
    #expect(short([0x04: 0x0010_0006]) == .unseen)
    #expect(short([0x04: 0x0010_0006, 0x34: 0x3C]) == .unseen)
    #expect(short([0x04: 0xFFFF_0006]) == .unseen)
    // PCI-X of mode 1 has 256 bytes, of mode 2 it has 4096.
    #expect(list([0x40: 0x0007, 0x44: 0x0083_0000]) == .absent)
    #expect(list([0x40: 0x0007, 0x44: 0x4000_0000]) == .unseen)
    #expect(list([0x40: 0x0007, 0x44: 0x8000_0000]) == .unseen)
  }

  /// All 4096 bytes were read, and the list of the first 256 is damaged.
  @Test func aBlankedFunctionDoesNotShowThatItHasNone() {
    #expect(config([0x04: 0x0010_0006, 0x34: 0x40]).accessControl == .unseen)
    #expect(config(express).accessControl == .absent)
    #expect(config(express.merging([0x40: .max]) { $1 }).accessControl == .unseen)
  }

  @Test func allOnes() {
    #expect(ConfigSpace([UInt8](repeating: 0xFF, count: 4096)).accessControl == .unseen)
    #expect(config([0x100: .max]).accessControl == .unseen)
  }

  /// What follows the place where a list breaks off may be the capability.
  @Test func listThatDoesNotEnd() {
    for second: UInt32 in [.max, 0x1001_0002, 0x1501_0002, 0x0401_0002] {
      #expect(config([0x100: 0x1501_0001, 0x150: second]).accessControl == .unseen)
    }
    #expect(config([0x100: 0x0041_0001]).accessControl == .unseen)
    #expect(config([0x100: 0x1501_0001, 0x150: 0x0001_0002]).accessControl == .absent)
    // It comes before the break.
    let words = withControl(4).merging([0x150: 0x2001_000D, 0x200: .max]) { $1 }
    #expect(config(words).accessControl == .control(.requestRedirect))
  }

  @Test func portTypes() {
    #expect(config(express).portType == .rootPort)
    #expect(config(express, length: 64).portType == nil)
    #expect(config([0x04: 0x0000_0006, 0x34: 0x40, 0x40: 0x0042_0010]).portType == nil)
    #expect(config([0x04: 0x0010_0000, 0x34: 0x40, 0x40: 0x4001]).capability(0x10) == nil)
    #expect(config([0x04: 0x0010_0000, 0x34: 0x3C]).capability(0x10) == nil)
  }

  @Test func bridgeWindows() throws {
    let bridge: [Int: UInt32] = [
      0x0C: 0x0001_0000, 0x20: 0xFDF0_FC00, 0x24: 0x0FF1_0001, 0x28: 0x11, 0x2C: 0x12,
    ]
    let windows = try #require(config(bridge).bridgeWindows)
    #expect(windows == [0xFC00_0000...0xFDFF_FFFF, 0x11_0000_0000...0x12_0FFF_FFFF])
    let closed = config(bridge.merging([0x20: 0x0000_FFF0, 0x24: 0x0001_FFF1, 0x2C: 0]) { $1 })
    #expect(closed.bridgeWindows == [])
    #expect(config(bridge, length: 0x2E).bridgeWindows == nil)
    #expect(config([:]).bridgeWindows == nil)
  }
}
