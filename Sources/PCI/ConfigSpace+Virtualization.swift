extension ConfigSpace {
  /// The single-root I/O virtualization capability; nil when there is none, or it was not read.
  public var virtualization: Virtualization? {
    guard let offset = extendedCapability(0x0010),
      let control: UInt16 = read(at: offset + 0x08), let count: UInt16 = read(at: offset + 0x10)
    else { return nil }
    return Virtualization(
      decodesMemory: control & 0x9 == 0x9, count: Int(count),
      registers: BaseAddressRegister.registers(in: self, at: offset + 0x24, count: 6))
  }

  /// What SR-IOV says of a function's virtual functions: `PCI_SRIOV_*`, linux/pci_regs.h.
  public struct Virtualization: Sendable {
    /// Whether they are enabled and answer at their memory BARs.
    public let decodesMemory: Bool
    /// How many are enabled.
    public let count: Int
    /// The BARs of the first one; those of the next lie one BAR's length further on each.
    public let registers: [BaseAddressRegister?]
  }
}
