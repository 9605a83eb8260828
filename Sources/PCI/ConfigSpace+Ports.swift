extension ConfigSpace {
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
