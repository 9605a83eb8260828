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
    var rest = Array(text.utf8)[...]
    while let line = rest.takeWord(before: UInt8(ascii: "\n")) {
      var words = line
      let space = UInt8(ascii: " ")
      guard let start = words.takeWord(before: space), let end = words.takeWord(before: space),
        let flags = words.takeWord(before: space), words.allSatisfy({ $0 == space }),
        start.count < 18 || flags.count == 18,
        let first = SysfsNumber.hex(start), let last = SysfsNumber.hex(end),
        let flags = SysfsNumber.hex(flags)
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

extension ArraySlice<UInt8> {
  /// Takes the next word out: what stands before a separator, of which several are one; nil where
  /// nothing is left.
  fileprivate mutating func takeWord(before separator: UInt8) -> Self? {
    guard let start = firstIndex(where: { $0 != separator }) else { return nil }
    let end = self[start...].firstIndex(of: separator) ?? endIndex
    defer { self = self[end...] }
    return self[start..<end]
  }
}
