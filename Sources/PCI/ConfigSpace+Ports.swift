extension ConfigSpace {
  /// Where a capability of the standard list begins; nil when there is none, or it was not read.
  public func capability(_ identity: UInt8) -> Int? {
    if case .found(let offset) = searchStandard(for: identity) { return offset }
    return nil
  }

  /// Looks for a capability of the standard list.
  ///
  /// The list begins at the byte at 0x34, for which STATUS bit 4 stands; an entry is its
  /// identity and the offset of the next, 0 at the end (PCI Local Bus Specification 3.0,
  /// section 6.7). A broken device's list may run in a circle, so the search stops after as many
  /// steps as there is room for; no capability has the identity 0 or 0xFF.
  func searchStandard(for identity: UInt8) -> Search {
    guard let status: UInt16 = read(at: 0x06), status != .max, let first: UInt8 = read(at: 0x34)
    else { return .broken }
    if status & 0x10 == 0 { return .absent }
    var offset = Int(first & 0xFC)
    for _ in 0..<(256 - Self.headerLength) / 4 {
      guard offset >= Self.headerLength, let found: UInt8 = read(at: offset),
        let next: UInt8 = read(at: offset + 1), found != 0xFF, found != 0
      else { return .broken }
      if found == identity { return .found(offset) }
      offset = Int(next & 0xFC)
      if offset == 0 { return .absent }
    }
    return .broken
  }

  /// Whether the function shows that it has no more than 256 bytes: its whole list names neither
  /// PCI Express nor PCI-X of mode 2 (`pci_cfg_space_size`, drivers/pci/probe.c).
  var isConventional: Bool {
    guard case .absent = searchStandard(for: 0x10) else { return false }
    guard case .found(let offset) = searchStandard(for: 0x07) else { return true }
    guard let status: UInt32 = read(at: offset + 4) else { return false }
    return status & 0xC000_0000 == 0
  }

  /// How awake the function itself says it is; nil where it has no power management, and where
  /// the capability was not read: `PCI_PM_CTRL`, linux/pci_regs.h.
  public var powerState: Function.PowerState? {
    guard let offset = capability(0x01), let control: UInt16 = read(at: offset + 4) else {
      return nil
    }
    switch control & 0x3 {
    case 0: return .awake
    case 1: return .light
    case 2: return .deeper
    default: return .hot
    }
  }

  /// What kind of PCI Express function it is; nil for conventional PCI, and where the capability
  /// was not read: bits 4 … 7 at PCI Express capability + 2.
  public var portType: PortType? {
    guard let offset = capability(0x10), let flags: UInt16 = read(at: offset + 2) else {
      return nil
    }
    return PortType(rawValue: UInt8(truncatingIfNeeded: flags >> 4 & 0xF))
  }

  /// A PCI Express function's position in the tree: `PCI_EXP_TYPE_*`, linux/pci_regs.h.
  public enum PortType: UInt8, Sendable {
    case endpoint = 0x0
    case legacyEndpoint = 0x1
    case rootPort = 0x4
    case upstream = 0x5
    case downstream = 0x6
    case toConventional = 0x7
    case toExpress = 0x8
    case integratedEndpoint = 0x9
    case eventCollector = 0xA
  }

  /// The runs of bus addresses that a bridge passes on downstream; nil when the registers were
  /// not read. Base and limit are in MiB: PCI-to-PCI Bridge Architecture 1.2, section 3.2.5.
  public var bridgeWindows: [ClosedRange<UInt64>]? {
    guard layout == .bridge, let memory: UInt32 = read(at: 0x20),
      let prefetchable: UInt32 = read(at: 0x24), let highBase: UInt32 = read(at: 0x28),
      let highLimit: UInt32 = read(at: 0x2C)
    else { return nil }
    let isWide = prefetchable & 0xF == 0x1
    return [
      Self.window(memory, highBase: 0, highLimit: 0),
      Self.window(
        prefetchable, highBase: isWide ? highBase : 0, highLimit: isWide ? highLimit : 0),
    ].compactMap { $0 }
  }

  /// A window of a register's halves, base and limit; nil for one whose limit is below its base,
  /// which is how a window is closed.
  private static func window(
    _ register: UInt32, highBase: UInt32, highLimit: UInt32
  ) -> ClosedRange<UInt64>? {
    let base = UInt64(highBase) << 32 | UInt64(register & 0xFFF0) << 16
    let limit = UInt64(highLimit) << 32 | UInt64(register & 0xFFF0_0000) | 0xF_FFFF
    return base <= limit ? base...limit : nil
  }
}
