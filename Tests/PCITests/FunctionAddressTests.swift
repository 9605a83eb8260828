import PCI
import Testing

@Suite struct FunctionAddressTests {
  @Test(arguments: ["0000:01:00.0", "10000:ff:1f.7", "ffffffff:00:00.0"])
  func namesAsTheKernelWritesThem(_ name: String) {
    #expect(FunctionAddress(name)?.description == name)
  }

  @Test func domainMayBeLeftOut() {
    #expect(FunctionAddress("01:00.0") == FunctionAddress("0000:01:00.0"))
  }

  @Test(arguments: [
    "", "01", "0000:01:00", "0000:01:20.0", "0000:01:00.8", "000:01:00.0", "100000000:01:00.0",
    "0000:+1:00.0", "0000:01:-1.0", "0000:01:00.0 ", "pci0000:00", "0000:01:00.0.0", "::.",
    "0000:\u{FF10}1:00.0",
  ])
  func others(_ name: String) { #expect(FunctionAddress(name) == nil) }
}
