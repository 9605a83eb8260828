import PCI
import Testing

@Suite struct BaseAddressRegisterTests {
  private func registers(_ words: [UInt32], count: Int = 6) -> [BaseAddressRegister?] {
    let bytes = words.flatMap { word in (0..<4).map { UInt8(truncatingIfNeeded: word >> ($0 * 8)) }
    }
    return BaseAddressRegister.registers(
      in: ConfigSpaceTests.header(bytes, at: 0x10), at: 0x10, count: count)
  }

  @Test(
    arguments: [
      (0xFDE0_0000, BaseAddressRegister.Kind.memory32, false, 0xFDE0_0000),
      (0xFDE0_0008, .memory32, true, 0xFDE0_0000), (0x0000_0002, .memory32, false, 0),
      (0x0000_C041, .io, false, 0xC040),
    ] as [(UInt32, BaseAddressRegister.Kind, Bool, UInt64)])
  func kinds(
    _ word: UInt32, _ kind: BaseAddressRegister.Kind, _ prefetchable: Bool, _ address: UInt64
  ) {
    let first = registers([word, 0, 0, 0, 0, 0])[0]
    #expect(first?.kind == kind)
    #expect(first?.isPrefetchable == prefetchable)
    #expect(first?.address == address)
  }

  @Test func pairsTakeTwo() {
    let found = registers([0, 0, 0xC000_000C, 0x11, 0xFE00_0000, 0])
    #expect(found[2]?.kind == .memory64)
    #expect(found[2]?.address == 0x11_C000_0000)
    #expect(found[3] == nil)
    #expect(found[4]?.address == 0xFE00_0000)
  }

  @Test func pairWithoutItsUpperHalf() {
    #expect(registers([0, 0, 0, 0, 0, 0x0000_000C]).last == .some(nil))
    #expect(registers([0, 0x0000_000C], count: 2) == [registers([0])[0], nil])
  }

  @Test func reservedType() { #expect(registers([0x0000_0006])[0] == nil) }

  @Test(arguments: 0..<64)
  func truncated(_ length: Int) {
    let config = ConfigSpace([UInt8](repeating: 0x0C, count: length))
    let found = BaseAddressRegister.registers(in: config, at: 0x10, count: 6)
    #expect(found.count == 6)
    if length < 0x18 { #expect(found.allSatisfy { $0 == nil }) }
  }
}
