import Linux
import Testing

@testable import Iopmem

/// Whom the monitor believes, and what.
@Suite struct DeviceNoticeTests {
  private static let event =
    "remove@/devices/pci0000:00/0000:00:03.0/block/iopmem0\0ACTION=remove\0"
    + "DEVPATH=/devices/pci0000:00/0000:00:03.0/block/iopmem0\0SUBSYSTEM=block\0"
    + "DEVNAME=iopmem0\0SEQNUM=7\0"

  private func notice(
    _ text: String, port: UInt32 = 0, process: UInt32? = 0, user: UInt32? = 0,
    isDamaged: Bool = false
  ) -> DeviceNotice {
    DeviceNotice(
      EventDatagram(
        bytes: Array(text.utf8), port: port, process: process, user: user, isDamaged: isDamaged))
  }

  @Test func theKernelIsBelieved() {
    guard case .event(let event) = notice(Self.event) else {
      Issue.record("no event")
      return
    }
    #expect(event.action == "remove" && event.blockDevice == "iopmem0")
    #expect(event.function == nil && event.interruption == nil)
  }

  /// Any process can send to the socket, and root from port 0 of its own making.
  @Test func nobodyElseIs() {
    #expect(notice(Self.event, port: 77) == .foreign)
    #expect(notice(Self.event, process: 77) == .foreign)
    #expect(notice(Self.event, user: 1000) == .foreign)
    #expect(notice(Self.event, process: nil, user: nil) == .foreign)
    #expect(notice("libudev\0\u{FE}", process: 1) == .foreign)
  }

  /// What the kernel sent and cannot be read is as good as lost, and said so.
  @Test(arguments: [
    "", "remove", "remove@/x", "remove@/x\0", "remove@/x\0ACTION=remove\0DEVPATH=/y\0",
    "remove@/x\0ACTION=add\0DEVPATH=/x\0", "remove@/x\0ACTION=remove\0DEVPATH=/x\0NOTHING\0",
    "remove@/x\0ACTION=remove\0DEVPATH=/x\0SUBSYSTEM=block",
  ])
  func brokenDatagrams(_ text: String) {
    #expect(notice(text) == .unreadable)
  }

  @Test func oneThatWasCut() {
    #expect(notice(Self.event, isDamaged: true) == .unreadable)
    var bytes = Array(Self.event.utf8)
    bytes[8] = 0xFF
    #expect(
      DeviceNotice(EventDatagram(bytes: bytes, port: 0, process: 0, user: 0)) == .unreadable)
  }

  /// No datagram traps, wherever it is cut and whatever a byte becomes.
  @Test func everyDamage() {
    let whole = Array(Self.event.utf8)
    for count in whole.indices {
      _ = DeviceEvent(Array(whole.prefix(count)))
      for byte in [0, UInt8(ascii: "="), UInt8(ascii: "@"), 0xFF] {
        var damaged = whole
        damaged[count] = byte
        _ = DeviceEvent(damaged)
      }
    }
  }
}
