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
}
