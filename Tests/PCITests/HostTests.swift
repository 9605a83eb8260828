import PCI
import Testing

@Suite struct HostTests {
  static let kernels: [(String, KernelVersion?)] = [
    ("Linux version 6.12.117+deb12-cloud-amd64 (debian@x)", KernelVersion(6, 12)),
    ("Linux version 5.10-rc3 (x)", KernelVersion(5, 10)),
    ("Linux version 6.1-generic", KernelVersion(6, 1)), ("Linux version 7", nil), ("", nil),
    ("Darwin version 6.1", nil), ("Linux version 99999999999999999999.1.1 x", nil),
  ]

  @Test(arguments: kernels)
  func kernel(_ text: String, _ version: KernelVersion?) {
    #expect(KernelVersion(text) == version)
  }

  @Test(arguments: [
    ("Linux version 6.12.117+deb12-cloud-amd64 (debian@x)", "6.12.117+deb12-cloud-amd64"),
    ("Linux version 6.1", "6.1"), ("Linux version", nil), ("Linux version ../../x (x)", nil),
  ])
  func release(_ text: String, _ release: String?) {
    #expect(KernelVersion.release(in: text) == release)
  }

  @Test func versionsAreNoFractions() {
    #expect(KernelVersion(5, 9) < KernelVersion(5, 10))
    #expect(KernelVersion(5, 19) < KernelVersion(6, 0))
  }

  @Test func processors() {
    let text = """
      processor\t: 0
      vendor_id\t: AuthenticAMD
      cpu family\t: 25
      model name\t: EPYC: the third
      address sizes\t: 48 bits physical, 57 bits virtual

      processor\t: 1
      vendor_id\t: Other
      """
    #expect(
      Processor(text) == Processor(vendor: "AuthenticAMD", family: 25, addressBits: 48))
    #expect(Processor(text).forwardsBetweenPorts)
    #expect(Processor("cpu family\t: -1\nvendor_id") == Processor())
    #expect(!Processor(vendor: "AuthenticAMD").forwardsBetweenPorts)
  }

  @Test func rowsAreUnlike() throws {
    for row in HostBridge.all {
      let same = HostBridge.all.filter { $0.vendor == row.vendor && $0.device == row.device }
      #expect(same.count == 1)
      #expect(HostBridge.knownTo >= row.since)
    }
    #expect(HostBridge.row(vendor: 0x1AE0, device: 0x1234) != nil)
    #expect(HostBridge.row(vendor: 0x8086, device: 0x29C0) == nil)
    // Zhaoxin's: all but the last only for peers below the same one.
    for device: UInt16 in [0x1003, 0x1005, 0x1006, 0x1007, 0x1008] {
      let row = try #require(HostBridge.row(vendor: 0x1D17, device: device))
      #expect(row.requiresSameHostBridge == (device != 0x1008))
      #expect(!row.isKnown(to: KernelVersion(7, 3)) && row.isKnown(to: KernelVersion(7, 4)))
    }
    #expect(HostBridge.row(vendor: 0x1D17, device: 0x1004) == nil)
  }
}
