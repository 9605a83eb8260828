/// A run of free bytes on a block device.
public struct FreeRun: Hashable, Sendable {
  /// Where it begins.
  public let start: DeviceOffset
  /// How long it is.
  public let length: ByteCount
  /// Where it ends: the first byte that is not free.
  public let end: DeviceOffset

  /// Makes a run; nil if it is empty or passes 2^64 − 1.
  public init?(start: DeviceOffset, length: ByteCount) {
    guard length > .zero, let end = try? start.advanced(by: length) else { return nil }
    self.start = start
    self.length = length
    self.end = end
  }

  /// The bytes that it covers.
  var bytes: Range<UInt64> { start.rawValue..<end.rawValue }

  /// Cuts the run down to begin at its first aligned byte; nil if none is left.
  public func aligned(to alignment: Alignment) -> FreeRun? {
    guard let first = alignment.first(from: start),
      let rest = try? end.distance(from: first)
    else { return nil }
    return FreeRun(start: first, length: rest)
  }

  /// Counts the bytes between two runs: 0 if they touch or overlap.
  func gap(to other: FreeRun) -> UInt64 {
    if end < other.start { return other.start.rawValue - end.rawValue }
    return other.end < start ? start.rawValue - other.end.rawValue : 0
  }
}
