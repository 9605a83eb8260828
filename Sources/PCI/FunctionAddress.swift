internal import Linux

/// Names a PCI function: domain, bus, device, function, as in `0000:01:00.0`.
///
/// A domain can be wider than four digits: VMD and Hyper-V make such ones
/// (drivers/pci/controller/vmd.c starts at 0x10000).
public struct FunctionAddress: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// The domain, also called segment.
  public let domain: UInt32
  /// The bus.
  public let bus: UInt8
  /// The device on its bus, 0 … 31.
  public let device: UInt8
  /// The function of its device, 0 … 7.
  public let function: UInt8

  /// The function of this name, with or without its domain; nil for anything else.
  public init?(_ text: some StringProtocol) {
    // Of bytes, since each part of each path of a machine's functions is looked at.
    let bytes = Array(text.utf8)
    let colon = UInt8(ascii: ":")
    guard let end = bytes.lastIndex(of: colon),
      let dot = bytes[end...].firstIndex(of: UInt8(ascii: "."))
    else { return nil }
    let first = bytes[..<end].firstIndex(of: colon)
    guard let domain = first.map({ Self.hex(bytes[..<$0], digits: 4...8) }) ?? 0,
      let bus = Self.hex(bytes[(first.map { $0 + 1 } ?? 0)..<end], digits: 1...2),
      let device = Self.hex(bytes[(end + 1)..<dot], digits: 1...2), device < 32,
      let function = Self.hex(bytes[(dot + 1)...], digits: 1...1), function < 8
    else { return nil }
    self.domain = domain
    self.bus = UInt8(truncatingIfNeeded: bus)
    self.device = UInt8(truncatingIfNeeded: device)
    self.function = UInt8(truncatingIfNeeded: function)
  }

  /// A part of the name; nil unless it has as many digits, of which there are eight at most.
  private static func hex(_ text: ArraySlice<UInt8>, digits: ClosedRange<Int>) -> UInt32? {
    guard digits.contains(text.count) else { return nil }
    return Hex.number(text).flatMap { UInt32(exactly: $0) }
  }

  /// Whether the left comes first in the order of `lspci`.
  public static func < (left: FunctionAddress, right: FunctionAddress) -> Bool {
    (left.domain, left.bus, left.device, left.function)
      < (right.domain, right.bus, right.device, right.function)
  }

  /// As the kernel writes it: `%04x:%02x:%02x.%d`.
  public var description: String {
    let parts = [Hex.text(domain, width: 4), Hex.text(bus, width: 2), Hex.text(device, width: 2)]
    return parts.joined(separator: ":") + ".\(function)"
  }
}
