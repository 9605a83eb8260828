/// What a function's access control services (ACS) do with requests between peers, as far as it
/// can be seen: extended capability 0x000D, control register at + 6.
public enum AccessControl: Sendable, Hashable {
  /// There is no such capability, by the whole list: nothing is redirected.
  case absent
  /// `config` could not be read far enough to tell, or its list of capabilities does not end.
  case unseen
  /// What the control register has switched on.
  case control(Bits)

  /// The control register: `PCI_ACS_*`, linux/pci_regs.h.
  public struct Bits: OptionSet, Sendable, Hashable {
    /// The bits of the register.
    public let rawValue: UInt16
    /// A register of these bits.
    public init(rawValue: UInt16) { self.rawValue = rawValue }
    /// `PCI_ACS_SV`: who a request says it comes from is checked.
    public static let sourceValidation = Bits(rawValue: 0x01)
    /// `PCI_ACS_TB`: requests with translated addresses are blocked.
    public static let translationBlocking = Bits(rawValue: 0x02)
    /// `PCI_ACS_RR`: requests to peers go upstream.
    public static let requestRedirect = Bits(rawValue: 0x04)
    /// `PCI_ACS_CR`: completions to peers go upstream.
    public static let completionRedirect = Bits(rawValue: 0x08)
    /// `PCI_ACS_UF`: what was redirected may come back down.
    public static let upstreamForwarding = Bits(rawValue: 0x10)
    /// `PCI_ACS_EC`: a table says which peers may be reached.
    public static let egressControl = Bits(rawValue: 0x20)
    /// `PCI_ACS_DT`: translated requests go to peers all the same.
    public static let directTranslated = Bits(rawValue: 0x40)

    /// The bits that send a peer's traffic to the host bridge: `pci_bridge_has_acs_redir`,
    /// drivers/pci/p2pdma.c.
    public static let redirects: Bits = [.requestRedirect, .completionRedirect, .egressControl]

    /// The names that lspci(8) has for the bits that are set.
    public var names: [String] {
      let all: [(Bits, String)] = [
        (.sourceValidation, "SrcValid"), (.translationBlocking, "TransBlk"),
        (.requestRedirect, "ReqRedir"), (.completionRedirect, "CmpltRedir"),
        (.upstreamForwarding, "UpstreamFwd"), (.egressControl, "EgressCtrl"),
        (.directTranslated, "DirectTrans"),
      ]
      return all.compactMap { contains($0.0) ? $0.1 : nil }
    }
  }

  /// The bits that are set which redirect; none where none can be seen.
  public var redirects: Bits {
    if case .control(let bits) = self { return bits.intersection(.redirects) }
    return []
  }
}

extension ConfigSpace {
  /// What the function's access control does.
  ///
  /// A PCI Express function always has 4096 bytes. Where fewer could be read, only a conventional
  /// function, which has no more than 256, certainly lacks the capability. A machine whose kernel
  /// reaches but 256 of the 4096 looks like a cut-off one: firmware may have set what the kernel
  /// cannot see.
  public var accessControl: AccessControl {
    guard !isGone, bytes.count >= 256 else { return .unseen }
    if bytes.count == 256 { return isConventional ? .absent : .unseen }
    switch search(for: 0x000D) {
    case .found(let offset):
      guard let control: UInt16 = read(at: offset + 6), control != .max else { return .unseen }
      return .control(AccessControl.Bits(rawValue: control))
    case .absent:
      // Who blanked the one list may have blanked the other.
      if case .broken = searchStandard(for: 0x10) { return .unseen }
      return bytes.count >= Self.limit ? .absent : .unseen
    case .broken: return .unseen
    }
  }
}
