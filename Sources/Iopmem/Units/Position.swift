/// A place in a space of bytes that only moves by byte counts.
public protocol Position: Hashable, Comparable, Sendable {
  /// The place, in bytes from the start of its space.
  var rawValue: UInt64 { get }
  /// The place in the same space, this far from its start; for `Position` itself only.
  init(inSpaceOf origin: Self, rawValue: UInt64)
}

extension Position {
  /// Whether the left comes first.
  @inlinable
  public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }

  /// The place this much further on.
  /// - Throws: `OutOfRange` past 2^64 − 1.
  @inlinable
  public func advanced(by count: ByteCount) throws(OutOfRange) -> Self {
    let (sum, overflow) = rawValue.addingReportingOverflow(count.rawValue)
    if overflow { throw OutOfRange() }
    return Self(inSpaceOf: self, rawValue: sum)
  }

  /// How far it is from an earlier place.
  /// - Throws: `OutOfRange` if that place is later.
  @inlinable
  public func distance(from start: Self) throws(OutOfRange) -> ByteCount {
    let (difference, overflow) = rawValue.subtractingReportingOverflow(start.rawValue)
    if overflow { throw OutOfRange() }
    return ByteCount(difference)
  }

  /// Whether the place is a multiple of a unit; false for a unit of nothing.
  @inlinable
  public func isAligned(to unit: ByteCount) -> Bool { ByteCount(rawValue).isMultiple(of: unit) }

  /// The place as a person reads it.
  public var hex: String { rawValue.hex }
}

extension Range where Bound: Position {
  /// How many bytes it has.
  @inlinable
  public var length: ByteCount { ByteCount(upperBound.rawValue - lowerBound.rawValue) }
}
