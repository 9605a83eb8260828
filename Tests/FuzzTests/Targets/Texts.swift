import Linux
import SystemPackage
import TestSupport

@testable import Iopmem
@testable import PCI

extension FuzzTarget {
  /// Texts of sysfs and procfs, events of the kernel, and names.
  static let texts = FuzzTarget(
    name: "texts",
    read: { bytes, _ in
      let text = String(decoding: bytes, as: UTF8.self)
      try holdRegions(text)
      try holdNames(text)
      for mount in Mount.all(bytes) {
        try hold(!mount.point.bytes.contains(0) || bytes.contains(0), "\(mount.point)")
      }
      let range: ClosedRange<UInt64> = 0x1000_0000...0x1FFF_FFFF
      _ = CacheMode.mapping(of: range, inList: text)
      _ = CacheMode.combines(range, inRegisters: text)
      _ = (KernelVersion(text), KernelVersion.release(in: text), Processor(text))
      _ = (KernelConfiguration(bytes), DeviceEvent(bytes))
      _ = DeviceNames(bytes).names(of: FunctionIdentity(vendor: 0x10EE, device: 0x903F))
    })

  /// Lines of `resource`: no region passes the end of the address space.
  private static func holdRegions(_ text: String) throws {
    for region in Region.lines(text) ?? [] {
      guard let region else { continue }
      let (last, overflow) = region.start.addingReportingOverflow(region.length - 1)
      try hold(region.length > 0 && !overflow && last >= region.start, "\(region)")
    }
  }

  /// What has a form of writing: what is read is written so that it is read as the same.
  private static func holdNames(_ text: String) throws {
    for line in text.split(separator: "\n", maxSplits: 64) {
      if let address = FunctionAddress(line) {
        try hold(FunctionAddress(address.description) == address, "\(line): \(address)")
      }
      if let uuid = VolumeUUID(line) {
        try hold(VolumeUUID(uuid.description) == uuid, "\(line): \(uuid)")
      }
      if let fingerprint = Fingerprint(String(line)) {
        try hold(fingerprint.description == line, "\(line): \(fingerprint)")
      }
      if let number = SysfsNumber.hex(line), line != "0" {
        try hold(Hex.number(line.utf8.dropFirst(2)) == number, "\(line): \(number)")
      }
      if let number = SysfsNumber.decimal(line) {
        try hold(line.utf8.first != UInt8(ascii: "+"), "\(line): \(number)")
      }
      _ = (FunctionMatch(String(line)), ClientName(String(line)), DeviceNumber(line))
      let quoted = QuotedName(Array(line.utf8)).text
      try hold(
        quoted.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F },
        "forges a line: \(quoted.debugDescription)")
    }
  }
}
