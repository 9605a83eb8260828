/// Where a file may begin: at the multiples of a unit, counted from the BAR's byte 0.
public struct Alignment: Hashable, Sendable {
  /// The unit, at least one byte.
  public let unit: ByteCount
  /// Where in the BAR the block device's byte 0 lies.
  public let origin: BarOffset

  /// Makes an alignment; a unit of zero counts as one byte.
  public init(unit: ByteCount, origin: BarOffset) {
    self.unit = max(unit, ByteCount(1))
    self.origin = origin
  }

  /// Finds the first aligned offset at or after this one; nil past 2^64 − 1.
  public func first(from offset: DeviceOffset) -> DeviceOffset? {
    guard let place = try? origin.advanced(by: ByteCount(offset.rawValue)),
      let aligned = try? ByteCount(place.rawValue).roundedUp(to: unit)
    else { return nil }
    return DeviceOffset(aligned.rawValue - origin.rawValue)
  }

  /// Tells whether a file may begin at this offset.
  public func accepts(_ offset: DeviceOffset) -> Bool { first(from: offset) == offset }
}
