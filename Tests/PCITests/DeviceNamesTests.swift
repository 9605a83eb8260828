import PCI
import SystemPackage
import TestSupport
import Testing

/// Names of makers and devices by pci.ids(5).
@Suite struct DeviceNamesTests {
  private static let file = """
    # A comment
    10ee  Xilinx Corporation
    \t903f  Device 903f by name
    \t\t10ee 0007  A subsystem
    \t9040
    10ef  Next
    \t903f  Another maker's
    144d  Samsung
    C 05  Memory controller
    \t00  RAM memory

    """

  @Test(
    arguments: [
      (0x10EE, 0x903F, "Xilinx Corporation", "Device 903f by name"),
      (0x10EE, 0x9040, "Xilinx Corporation", nil), (0x10EE, 0x0007, "Xilinx Corporation", nil),
      (0x10EF, 0x903F, "Next", "Another maker's"), (0x144D, 0x0000, "Samsung", nil),
      (0xFFFF, 0x903F, nil, nil), (0xC005, 0, nil, nil),
    ] as [(UInt16, UInt16, String?, String?)])
  func names(_ vendor: UInt16, _ device: UInt16, _ maker: String?, _ model: String?) {
    let names = DeviceNames(Array(Self.file.utf8))
      .names(of: FunctionIdentity(vendor: vendor, device: device))
    #expect(names.vendor == maker && names.device == model)
  }

  /// A line of another form has no name, and none is made of a part of it.
  @Test(arguments: [
    "", "\n", "10ee", "10ee ", "10ee  ", "10ee X", "10eeff  X", "10ee\tX", " 10ee  X", "\t903f  X",
    "10ee  \u{0}\n".replacing("\u{0}", with: ""),
  ])
  func brokenLines(_ file: String) {
    let names = DeviceNames(Array(file.utf8))
      .names(of: FunctionIdentity(vendor: 0x10EE, device: 0x903F))
    #expect(names.vendor == nil && names.device == nil)
  }

  @Test func bytesThatAreNoText() {
    let names = DeviceNames(Array("10ee  ".utf8) + [0xFF, 0x0A] + Array("\t903f  X\n".utf8))
      .names(of: FunctionIdentity(vendor: 0x10EE, device: 0x903F))
    #expect(names.vendor == nil && names.device == nil)
  }

  @Test func theFirstFileThatIsThere() throws {
    let folder = try TemporaryFolder()
    let file = try folder.write(Array(Self.file.utf8), to: "pci.ids")
    let identity = FunctionIdentity(vendor: 0x144D, device: 1)
    func maker(_ places: [String], _ limit: Int = 1 << 20) -> String? {
      DeviceNames(places: places.map { FilePath($0) }, limit: limit).names(of: identity).vendor
    }
    #expect(maker([folder("missing"), file]) == "Samsung")
    #expect(maker([folder("missing"), folder.path]) == nil)
    // One that is longer than any sane one is not read.
    #expect(maker([file], 16) == nil)
  }

  /// Every device of the machine's own file, as a plain reading finds them.
  @Test func theFileThatIsInstalled() async throws {
    let tool = try await Tool.run(
      "sh",
      [
        "-c",
        """
        for file in /usr/share/hwdata/pci.ids /usr/share/misc/pci.ids; do
          [ ! -e $file ] || exec grep -A 40 '^144d  ' $file
        done
        """,
      ])
    guard let heading = tool.text.split(separator: "\n").first else { return }
    let names = DeviceNames()
    let maker = String(heading.dropFirst("144d  ".count))
    for line in tool.text.split(separator: "\n").dropFirst() where line.hasPrefix("\t") {
      guard let device = UInt16(line.dropFirst().prefix(4), radix: 16) else { continue }
      let found = names.names(of: FunctionIdentity(vendor: 0x144D, device: device))
      #expect(found.vendor == maker && found.device == String(line.dropFirst(7)))
    }
  }
}
