import PCI
import Testing

@Suite struct ClassCodeTests {
  @Test(arguments: [
    (0x010802, false, false, false), (0x060000, true, false, false),
    (0x060400, true, true, false), (0x060401, true, true, true), (0x068000, true, false, false),
    (0x000604, false, false, false),
  ])
  func bridges(_ code: UInt32, isBridge: Bool, isPCIBridge: Bool, isSubtractive: Bool) {
    let code = ClassCode(code)
    #expect(code.isBridge == isBridge)
    #expect(code.isPCIBridge == isPCIBridge)
    #expect(code.isSubtractive == isSubtractive)
  }

  @Test(arguments: [
    (0x050000, true), (0x058000, true), (0xFF0000, true), (0x000000, true),
    (0x010802, false), (0x020000, false), (0x120000, false), (0x060000, false),
  ])
  func memory(_ code: UInt32, mayBeMemory: Bool) {
    #expect(ClassCode(code).mayBeMemory == mayBeMemory)
  }
}
