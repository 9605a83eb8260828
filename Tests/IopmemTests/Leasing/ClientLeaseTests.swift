@testable import Iopmem
import Linux
import PCI
import SystemPackage
import TestSupport
import Testing

/// Whether a way from a client to the memory is known, on captured machines.
@Suite struct ClientLeaseTests {
  private func expectRoute(
    _ name: String, _ machine: String, isForced: Bool = false
  ) throws {
    let root = SystemRoot(FilePath(machine))
    let window = try WindowResolver(root).window(
      of: try BlockDevice.number(at: "iopmem0", in: root))
    let client = Client(try #require(FunctionAddress(name)), isForced: isForced)
    try client.expectRoute(to: window, in: root)
  }

  private func fixture(_ name: String) -> String { Project.folder + "/fixtures/sysroots/" + name }

  @Test func belowOneSwitch() throws {
    try expectRoute("0000:05:00.0", fixture("iopmem-switch"))
  }

  /// Its function may not do DMA yet: that is no matter of the way.
  @Test func aClientThatHasNotBegun() throws {
    let machine = try Sysroot(copyOf: fixture("iopmem-switch"))
    let config =
      "sys/devices/pci0000:00/0000:00:01.0/0000:01:00.0/0000:02:02.0/0000:05:00.0/config"
    var bytes = try SystemRoot(FilePath(machine.path)).bytes(FilePath(config))
    bytes[4] &= ~0x04
    try machine.put(bytes, at: config)
    try expectRoute("0000:05:00.0", machine.path)
  }

  /// QEMU's host bridge is on no kernel's list.
  @Test func throughAnUnlistedHostBridge() throws {
    let failure = #expect(throws: Failure.self) {
      try expectRoute("0000:02:00.0", fixture("iopmem"))
    }
    #expect(failure?.code == .refused)
    #expect(failure?.message.contains("no way from it to the memory is known") == true)
    try expectRoute("0000:02:00.0", fixture("iopmem"), isForced: true)
  }

  @Test func throughAHostBridgeOfAnUnknownKernel() throws {
    let machine = try Sysroot(copyOf: fixture("iopmem"))
    try machine.remove("proc/version")
    try machine.put("0x2020\n", at: "sys/devices/pci0000:00/0000:00:00.0/device")
    let failure = #expect(throws: Failure.self) {
      try expectRoute("0000:02:00.0", machine.path)
    }
    #expect(failure?.code == .unknown)
  }
}
