extension ConfigSpace {
  /// Where an extended capability begins; nil when there is none, or it was not read.
  public func extendedCapability(_ identity: UInt16) -> Int? {
    if case .found(let offset) = search(for: identity) { return offset }
    return nil
  }

  /// What a list of capabilities says of one.
  enum Search {
    /// It begins at this offset.
    case found(Int)
    /// The list ends without it.
    case absent
    /// The list does not come to its end: what follows cannot be seen.
    case broken
  }

  /// Looks for an extended capability.
  ///
  /// The list begins at 0x100; a header holds the identity in bits 0 … 15 and the next offset in
  /// bits 20 … 31, 0 at the end (PCI Express Base Specification, section 7.6.3). A broken device's
  /// list may run in a circle, so the search stops after as many steps as there is room for.
  func search(for identity: UInt16) -> Search {
    var offset = 0x100
    for _ in 0..<(Self.limit - 0x100) / 4 {
      guard offset >= 0x100, let header: UInt32 = read(at: offset), header != .max
      else { return .broken }
      if header != 0 && UInt16(truncatingIfNeeded: header) == identity { return .found(offset) }
      offset = Int(header >> 20) & 0xFFC
      if offset == 0 { return .absent }
    }
    return .broken
  }

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
