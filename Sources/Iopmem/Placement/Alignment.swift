/// Where a file may begin: at the multiples of a unit, counted from the BAR's byte 0.
public struct Alignment: Hashable, Sendable {
  /// The unit, at least one byte.
  public let unit: ByteCount
  /// Where in the BAR the block device's byte 0 lies.
  public let origin: BarOffset

  /// An alignment of these parts; a unit of nothing is one of one byte.
  public init(unit: ByteCount, origin: BarOffset) {
    self.unit = max(unit, ByteCount(1))
    self.origin = origin
  }

  /// The first aligned place that is not before this one; nil past 2^64 − 1.
  public func first(from offset: DeviceOffset) -> DeviceOffset? {
    guard let place = try? origin.advanced(by: ByteCount(offset.rawValue)),
      let aligned = try? ByteCount(place.rawValue).roundedUp(to: unit)
    else { return nil }
    return DeviceOffset(aligned.rawValue - origin.rawValue)
  }

  /// Whether a file may begin here.
  public func accepts(_ offset: DeviceOffset) -> Bool { first(from: offset) == offset }
}
