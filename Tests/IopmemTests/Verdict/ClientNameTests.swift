import Linux
import PCI
import SystemPackage
import TestSupport
import Testing

@testable import Iopmem

/// Clients by the names of what they drive.
@Suite struct ClientNameTests {
  private let machine: Sysroot
  private static let function = "sys/devices/pci0000:00/0000:00:02.0"

  init() throws {
    machine = try Sysroot(copyOf: Project.folder + "/fixtures/sysroots/iopmem-switch")
    try link("net", "eth0", to: Self.function + "/net/eth0")
    try link("net", "lo", to: "sys/devices/virtual/net/lo")
  }

  private func link(_ list: String, _ name: String, to folder: String) throws {
    try machine.makeFolder(folder)
    try machine.link("sys/class/\(list)/\(name)", to: "../../../" + folder)
  }

  private func find(_ text: String) throws -> FunctionAddress {
    try #require(ClientName(text)).resolve(in: SystemRoot(FilePath(machine.path)))
  }

  @Test(arguments: [
    ("nvme0n1", "0000:05:00.0"), ("iopmem1", "0000:04:00.0"), ("eth0", "0000:00:02.0"),
    ("0000:05:00.0", "0000:05:00.0"), ("05:00.0", "0000:05:00.0"),
  ])
  func aNameLeadsToItsFunction(_ name: String, _ function: String) throws {
    #expect(try find(name).description == function)
  }

  @Test func whatHasNoFunctionOrTwoIsRefused() throws {
    try link("block", "eth0", to: "sys/devices/pci0000:00/0000:00:1f.2/ata1/block/eth0")
    for (name, words) in [
      ("lo", "hangs on no PCI function"), ("nvme7", "is no NVMe controller"),
      ("eth0", "names several things: 0000:00:1f.2, 0000:00:02.0"),
    ] {
      let failure = try #require(throws: Failure.self) { try find(name) }
      #expect(failure.code == .refused && failure.reason.contains(words), "\(failure.reason)")
    }
  }

  @Test func aNameThatIsListedAndLeadsNowhereIsUnknown() throws {
    try machine.link("sys/class/net/gone", to: "../../../sys/devices/none")
    let failure = try #require(throws: Failure.self) { try find("gone") }
    #expect(failure.code == .unknown)
  }

  @Test(arguments: ["", "1", "..", "a/b", "a b", "a:b", "/dev/nvme0", "0000:05:00", "é"])
  func otherWritingIsNone(_ text: String) { #expect(ClientName(text) == nil) }
}
