public import Linux
internal import SystemPackage

/// The machine's processors, as far as their root complexes are known by them.
public struct Processor: Sendable, Hashable {
  /// `vendor_id`; nil where there is none, as on other architectures than x86.
  public let vendor: String?
  /// `cpu family`, with the extended family added.
  public let family: Int?
  /// How many bits of physical addresses there are.
  public let addressBits: Int?

  /// Processors of these properties.
  public init(vendor: String? = nil, family: Int? = nil, addressBits: Int? = nil) {
    self.vendor = vendor
    self.family = family
    self.addressBits = addressBits
  }

  /// The first processor that `proc/cpuinfo` tells of: proc_cpuinfo(5).
  public init(_ text: some StringProtocol) {
    func value(_ key: String) -> Substring? {
      for line in text.split(separator: "\n") {
        let parts = line.split(separator: ":", maxSplits: 1)
        guard parts.count == 2,
          String(parts[0]).filter({ $0 != "\t" }) == key
        else { continue }
        return Substring(parts[1].drop { $0 == " " })
      }
      return nil
    }
    self.init(
      vendor: value("vendor_id").map(String.init),
      family: value("cpu family").flatMap { SysfsNumber.decimal($0) }.flatMap(Int.init(exactly:)),
      addressBits: value("address sizes").flatMap { $0.split(separator: " ").first }
        .flatMap { SysfsNumber.decimal($0) }.flatMap(Int.init(exactly:)))
  }

  /// The machine's; nil when it does not tell.
  public init?(of root: SystemRoot) {
    // A line a processor and more: some machines have thousands.
    guard let bytes = try? root.bytes("proc/cpuinfo", limit: 1 << 26), !bytes.isEmpty else {
      return nil
    }
    // The first processor's paragraph says it all.
    self.init(String(decoding: bytes.prefix(16384), as: UTF8.self))
  }

  /// Whether every root complex of theirs passes requests between its ports on: AMD from family
  /// 0x17 (Zen), `cpu_supports_p2pdma`, drivers/pci/p2pdma.c.
  public var forwardsBetweenPorts: Bool {
    vendor == "AuthenticAMD" && family.map { $0 >= 0x17 } ?? false
  }

  /// The first kernel that goes by the processor.
  public static let knownSince = KernelVersion(5, 9)
}
