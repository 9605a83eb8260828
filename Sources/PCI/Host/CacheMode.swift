public import Linux
internal import SystemPackage

/// How the processor's accesses reach memory: past its caches, or through them. The names are the
/// kernel's, `cattr_name`, arch/x86/mm/pat/memtype.c.
public enum CacheMode: String, Sendable, CaseIterable {
  /// Each access reaches the device, in order.
  case uncached
  /// The same, unless a memory type range register says otherwise.
  case uncachedMinus = "uncached-minus"
  /// Stores are gathered, and reach the device later and in any order.
  case writeCombining = "write-combining"
  /// Stores reach the device, loads may come from a cache.
  case writeThrough = "write-through"
  /// Loads and stores stay in a cache.
  case writeBack = "write-back"
  /// Loads stay in a cache.
  case writeProtected = "write-protected"

  /// Whether each access reaches the device, in the order of the program.
  public var isCoherent: Bool { self == .uncached || self == .uncachedMinus }

  /// How a run of CPU-physical addresses is mapped; nil when the machine does not tell, and when
  /// it is not mapped.
  public init?(of range: ClosedRange<UInt64>, in root: SystemRoot) {
    guard let list = try? root.bytes("sys/kernel/debug/x86/pat_memtype_list", limit: 1 << 24),
      let mode = Self.mapping(of: range, inList: String(decoding: list, as: UTF8.self))
    else { return nil }
    guard mode == .uncachedMinus else {
      self = mode
      return
    }
    // The one mode in which the range registers may allow more.
    guard let registers = try? root.text("proc/mtrr") else { return nil }
    self = Self.combines(range, inRegisters: registers) ? .writeCombining : .uncachedMinus
  }

  /// How a list of mappings has a run; nil when none of them covers all of it, or they differ.
  ///
  /// A line is `PAT: [mem 0x…-0x…] MODE`, the second address behind the last byte.
  static func mapping(of range: ClosedRange<UInt64>, inList list: String) -> CacheMode? {
    var found: Set<CacheMode?> = []
    var isCovered = false
    for line in list.split(separator: "\n") where line.hasPrefix("PAT: [mem ") {
      let words = line.dropFirst("PAT: [mem ".count).split(separator: " ")
      let ends = words.first?.split(separator: "-").map { $0.filter { $0 != "]" } } ?? []
      guard words.count == 2, ends.count == 2, let first = SysfsNumber.hex(ends[0]),
        let end = SysfsNumber.hex(ends[1]), first < end
      else { return nil }
      guard first <= range.upperBound, end > range.lowerBound else { continue }
      found.insert(CacheMode(rawValue: String(words[1])))
      isCovered = isCovered || first <= range.lowerBound && end > range.upperBound
    }
    return isCovered && found.count == 1 ? found.first ?? nil : nil
  }

  /// Whether a memory type range register has any byte of a run gathered: `/proc/mtrr`.
  ///
  /// A line is `reg01: base=0x0c0000000 ( 3072MB), size= 1024MB, count=1: write-combining`.
  static func combines(_ range: ClosedRange<UInt64>, inRegisters registers: String) -> Bool {
    registers.split(separator: "\n").contains { line in
      guard line.hasSuffix(": write-combining") else { return false }
      let fields = line.split(whereSeparator: { " =,".contains($0) })
      guard let base = fields.firstIndex(of: "base"), let size = fields.firstIndex(of: "size"),
        fields.indices.contains(base + 1), fields.indices.contains(size + 1),
        let first = SysfsNumber.hex(fields[base + 1]), let length = bytes(fields[size + 1])
      else { return true }
      let (end, overflow) = first.addingReportingOverflow(length)
      return first <= range.upperBound && (overflow || end > range.lowerBound)
    }
  }

  /// `1024MB` or `64KB`, as bytes.
  private static func bytes(_ size: Substring) -> UInt64? {
    let shift: UInt64 = size.hasSuffix("MB") ? 20 : size.hasSuffix("KB") ? 10 : 64
    guard let count = SysfsNumber.decimal(size.dropLast(2)), shift < 64,
      count <= .max >> shift
    else { return nil }
    return count << shift
  }
}
