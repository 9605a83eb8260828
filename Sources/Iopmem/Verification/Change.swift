/// One difference between a map and its file as it is now.
public struct Change: Hashable, Sendable {
  /// What changed.
  public enum Part: String, Sendable, CaseIterable {
    /// The name leads nowhere.
    case name
    /// The file may no longer be mapped: an address of it would not be safe.
    case safety
    /// The map's digest, where nothing else of the map is known.
    case fingerprint
    /// The UUID of the file system.
    case fileSystem = "filesystem"
    /// The inode's number: another file has the name.
    case inode
    /// The inode's generation: another file has the inode.
    case generation
    /// The file's length in bytes.
    case size
    /// The PCI function that holds the bytes.
    case function
    /// The BAR's index.
    case bar
    /// The bus address of the block device's byte 0.
    case busAddress = "bus-address"
    /// Its CPU-physical address.
    case cpuAddress = "cpu-address"
    /// Where bytes of the file lie in the BAR.
    case segment
    /// The block device's place in the BAR, its length or the BAR's.
    case window
  }

  /// What changed.
  public let part: Part
  /// Which bytes of the file it is about; nil for all.
  public let range: Range<FileOffset>?
  /// What it was; nil for nothing, and where that is not known.
  public let before: String?
  /// What it is; nil for nothing, and where that is not known.
  public let after: String?

  /// A change of these parts.
  init(
    _ part: Part, _ range: Range<FileOffset>? = nil, before: String? = nil, after: String? = nil
  ) {
    self.part = part
    self.range = range
    self.before = before
    self.after = after
  }

  /// A change of a value; nil if both are equal.
  init?<T: Equatable>(_ part: Part, _ before: T, _ after: T, _ text: (T) -> String?) {
    if before == after { return nil }
    self.init(part, before: text(before), after: text(after))
  }

  /// What a person reads after the file's name.
  public var sentence: String {
    let before = before ?? "nothing"
    let after = after ?? "nothing"
    return switch part {
    case .name: "is gone: removed or renamed, or its file system is not mounted"
    case .safety: after
    case .fingerprint: "has the fingerprint \(after)"
    case .fileSystem: "is on another file system: \(after), was \(before)"
    case .inode: "is another file: inode \(after), was \(before)"
    case .generation: "is another file, in the same inode: generation \(after), was \(before)"
    case .size: "is \(after) bytes long, was \(before)"
    case .function: "lies behind function \(after), was \(before)"
    case .bar: "lies in BAR \(after), was \(before)"
    case .busAddress: "its device is at bus address \(after), was \(before)"
    case .cpuAddress: "its device is at CPU address \(after), was \(before)"
    case .segment: "bytes \(rangeText) lie at BAR offset \(after), were at \(before)"
    case .window: "its device's place in the BAR, its length or the BAR's is another"
    }
  }

  private var rangeText: String {
    guard let range else { return "" }
    return "\(range.lowerBound.rawValue) to \(range.upperBound.rawValue - 1)"
  }
}
