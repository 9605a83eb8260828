internal import Linux

/// A run of the host's physical address space that a function decodes: a line of `resource`.
public struct Region: Sendable, Hashable {
  /// The CPU-physical address of the first byte.
  public let start: UInt64
  /// How many bytes there are, at least 1.
  public let length: UInt64
  /// What the kernel says of it.
  public let flags: Flags

  /// What the kernel says of a region: `IORESOURCE_*`, linux/ioport.h.
  public struct Flags: OptionSet, Sendable, Hashable {
    /// The bits.
    public let rawValue: UInt64
    /// Flags of these bits.
    public init(rawValue: UInt64) { self.rawValue = rawValue }
    /// `IORESOURCE_MEM`.
    public static let memory = Flags(rawValue: 0x0000_0200)
    /// `IORESOURCE_PREFETCH`.
    public static let prefetchable = Flags(rawValue: 0x0000_2000)
    /// `IORESOURCE_MEM_64`.
    public static let wide = Flags(rawValue: 0x0010_0000)
    /// `IORESOURCE_DISABLED`.
    public static let disabled = Flags(rawValue: 0x1000_0000)
    /// `IORESOURCE_UNSET`: the kernel found no address for it.
    public static let unset = Flags(rawValue: 0x2000_0000)
  }

  /// Whether there is an address at which it answers.
  public var isAssigned: Bool { start != 0 && flags.isDisjoint(with: [.unset, .disabled]) }

  /// The lines of a `resource` file: the BARs 0 … 5, then the ROM and what else the kernel keeps.
  ///
  /// - Returns: one entry a line, nil for a region that is not there; nil when any line is
  ///   anything but three hex numbers (`resource_show`, drivers/pci/pci-sysfs.c), or is cut in
  ///   the last one of them, of which the kernel writes all digits.
  public static func lines(_ text: String) -> [Region?]? {
    var regions: [Region?] = []
    for line in Array(text.utf8).split(separator: UInt8(ascii: "\n")) {
      let words = line.split(separator: UInt8(ascii: " "))
      guard words.count == 3, words[0].count < 18 || words[2].count == 18,
        let first = SysfsNumber.hex(words[0]), let last = SysfsNumber.hex(words[1]),
        let flags = SysfsNumber.hex(words[2])
      else { return nil }
      regions.append(Region(first: first, last: last, flags: Flags(rawValue: flags)))
    }
    return regions
  }

  /// The region between two addresses, the last included; nil when it is none.
  init?(first: UInt64, last: UInt64, flags: Flags) {
    let (distance, backwards) = last.subtractingReportingOverflow(first)
    let (length, overflow) = distance.addingReportingOverflow(1)
    guard !backwards, !overflow, !flags.isEmpty else { return nil }
    (start, self.length, self.flags) = (first, length, flags)
  }
}
