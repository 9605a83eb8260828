import Linux
import PCI
import SystemPackage
import TestSupport
import Testing

@testable import Iopmem

/// Functions that are found by what they are.
@Suite struct FunctionMatchTests {
  /// Two functions `1af4:1110`, at 03:00.0 and 04:00.0, and one `1b36:0010`.
  private let machine: Sysroot

  init() throws {
    machine = try Sysroot(copyOf: Project.folder + "/fixtures/sysroots/iopmem-switch")
    try machine.put("0000:04:00\n", at: "sys/bus/pci/slots/7-1/address")
    try machine.put("0000:09:00\n", at: "sys/bus/pci/slots/8/address")
  }

  private func find(_ text: String) throws -> FunctionAddress {
    try #require(FunctionMatch(text)).resolve(in: SystemRoot(FilePath(machine.path)))
  }

  @Test func theOneThatFitsIsFound() throws {
    #expect(try find("1b36:0010").description == "0000:05:00.0")
    #expect(try find("1AF4:1110:7-1").description == "0000:04:00.0")
  }

  @Test(arguments: [
    ("1af4:1110", "fits several functions: 0000:03:00.0, 0000:04:00.0"),
    ("1af4:1110:8", "in that slot, and without it 0000:03:00.0, 0000:04:00.0"),
    ("1af4:1110:none", "in that slot, and without it 0000:03:00.0, 0000:04:00.0"),
    ("1af4:1111", "fits no function of this machine"),
  ])
  func noneIsGuessed(_ text: String, _ words: String) throws {
    let failure = try #require(throws: Failure.self) { try find(text) }
    #expect(failure.code == .refused && failure.reason.contains(words), "\(failure.reason)")
  }

  @Test(arguments: ["vendor", "device"], ["", "1af4", "0x1af45"])
  func whatCannotBeReadMayBeTheOne(_ name: String, _ text: String) throws {
    try machine.put(text, at: "sys/bus/pci/devices/0000:00:02.0/" + name)
    let failure = try #require(throws: Failure.self) { try find("1b36:0010") }
    #expect(failure.code == .unknown)
  }

  @Test func aSlotOfNoPlaceIsUnknown() throws {
    try machine.put("x\n", at: "sys/bus/pci/slots/8/address")
    let failure = try #require(throws: Failure.self) { try find("1af4:1110:8") }
    #expect(failure.code == .unknown)
  }

  @Test(arguments: [
    "", "1af4", "1af4:", "1af4:111", "1af4:11100", "0x1af4:1110", "1af4:1110:", "1af4:1110:..",
    "1af4:1110:a/b", "1af4:1110:a:b", "1af4:1110: ", "g000:0000",
  ])
  func otherWritingIsNone(_ text: String) { #expect(FunctionMatch(text) == nil) }

  @Test func itIsWrittenAsItIsRead() throws {
    for text in ["1af4:1110", "00ff:0000:7-1"] {
      #expect(try #require(FunctionMatch(text)).description == text)
    }
  }
}
