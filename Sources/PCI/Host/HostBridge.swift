/// A host bridge that the kernel knows to pass requests on between the ports below it.
///
/// The facts are those of the list in drivers/pci/p2pdma.c, with the first kernel that had each
/// row. A distribution's kernel may have taken over a row earlier; it is then not counted on.
public struct HostBridge: Sendable, Hashable {
  /// The maker of the function that stands for the host bridge.
  public let vendor: UInt16
  /// Its number; nil for every one of the maker.
  public let device: UInt16?
  /// Whether both peers must hang below the same host bridge: `REQ_SAME_HOST_BRIDGE`.
  public let requiresSameHostBridge: Bool
  /// The first kernel that knows it.
  public let since: KernelVersion
  /// The first kernel that does not any more; nil while it does.
  public let until: KernelVersion?

  private init(
    _ vendor: UInt16, _ device: UInt16?, requiresSameHostBridge: Bool = false, since: KernelVersion,
    until: KernelVersion? = nil
  ) {
    self.vendor = vendor
    self.device = device
    self.requiresSameHostBridge = requiresSameHostBridge
    self.since = since
    self.until = until
  }

  /// The first kernel that takes a root port at another place than 00.0 for the host bridge.
  public static let portsSince = KernelVersion(5, 19)

  /// The newest kernel whose list was read, while it was made.
  public static let knownTo = KernelVersion(7, 4)

  /// Every row.
  public static let all: [HostBridge] = [
    // AMD Zen, by its processors since 5.9.
    HostBridge(0x1022, 0x1450, since: KernelVersion(5, 4), until: Processor.knownSince),
    HostBridge(0x1022, 0x15D0, since: KernelVersion(5, 8), until: Processor.knownSince),
    HostBridge(0x1022, 0x1630, since: KernelVersion(5, 8), until: Processor.knownSince),
    // Intel Xeon E5 and Core i7; the third generation of E5 and E7.
    HostBridge(0x8086, 0x3C00, requiresSameHostBridge: true, since: KernelVersion(5, 4)),
    HostBridge(0x8086, 0x3C01, requiresSameHostBridge: true, since: KernelVersion(5, 4)),
    HostBridge(0x8086, 0x2F00, requiresSameHostBridge: true, since: KernelVersion(5, 4)),
    HostBridge(0x8086, 0x2F01, requiresSameHostBridge: true, since: KernelVersion(5, 4)),
    // Intel Skylake-E: the host bridge and the root ports A to D.
    HostBridge(0x8086, 0x2020, since: KernelVersion(5, 6)),
    HostBridge(0x8086, 0x2030, since: KernelVersion(5, 6)),
    HostBridge(0x8086, 0x2031, since: KernelVersion(5, 7)),
    HostBridge(0x8086, 0x2032, since: KernelVersion(5, 7)),
    HostBridge(0x8086, 0x2033, since: KernelVersion(5, 7)),
    // The third generation of Intel Xeon Scalable.
    HostBridge(0x8086, 0x09A2, since: KernelVersion(5, 18)),
    // Every Google system on a chip.
    HostBridge(0x1AE0, nil, since: KernelVersion(7, 1)),
    // Intel accelerators that are the first function of a root bus of their own: DSA, IAA, QAT.
    HostBridge(0x8086, 0x0B25, since: KernelVersion(7, 2)),
    HostBridge(0x8086, 0x0CFE, since: KernelVersion(7, 2)),
    HostBridge(0x8086, 0x11FB, since: KernelVersion(7, 2)),
    HostBridge(0x8086, 0x1212, since: KernelVersion(7, 2)),
    HostBridge(0x8086, 0x1216, since: KernelVersion(7, 2)),
    HostBridge(0x8086, 0x4940, since: KernelVersion(7, 2)),
    HostBridge(0x8086, 0x4942, since: KernelVersion(7, 2)),
    HostBridge(0x8086, 0x4944, since: KernelVersion(7, 2)),
    HostBridge(0x8086, 0x4946, since: KernelVersion(7, 2)),
    HostBridge(0x8086, 0x4948, since: KernelVersion(7, 2)),
    // Nvidia Vera.
    HostBridge(0x10DE, 0x2F95, since: KernelVersion(7, 3)),
    HostBridge(0x10DE, 0x2F96, since: KernelVersion(7, 3)),
    HostBridge(0x10DE, 0x2F97, since: KernelVersion(7, 3)),
    HostBridge(0x10DE, 0x2F98, since: KernelVersion(7, 3)),
    // Zhaoxin KX-6000, KH-40000, KX-6000G, KX-7000; KH-50000.
    HostBridge(0x1D17, 0x1003, requiresSameHostBridge: true, since: KernelVersion(7, 4)),
    HostBridge(0x1D17, 0x1005, requiresSameHostBridge: true, since: KernelVersion(7, 4)),
    HostBridge(0x1D17, 0x1006, requiresSameHostBridge: true, since: KernelVersion(7, 4)),
    HostBridge(0x1D17, 0x1007, requiresSameHostBridge: true, since: KernelVersion(7, 4)),
    HostBridge(0x1D17, 0x1008, since: KernelVersion(7, 4)),
  ]

  /// The row of a function; nil when no kernel whose list was read has one.
  public static func row(vendor: UInt16, device: UInt16) -> HostBridge? {
    all.first { $0.vendor == vendor && ($0.device == nil || $0.device == device) }
  }

  /// Whether a kernel knows it.
  public func isKnown(to kernel: KernelVersion) -> Bool {
    kernel >= since && until.map { kernel < $0 } ?? true
  }
}
