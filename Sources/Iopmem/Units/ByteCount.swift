/// A number of bytes.
@frozen public struct ByteCount: Hashable, Comparable, Sendable, BitwiseCopyable {
  /// The number.
  public let rawValue: UInt64

  /// This many bytes.
  @inlinable
  public init(_ rawValue: UInt64) { self.rawValue = rawValue }

  /// Nothing.
  public static let zero = ByteCount(0)
  /// A page of x86, arm64 as most distributions build it, and every DAX file system here.
  public static let page = ByteCount(4096)
  /// What one entry of a page middle directory maps: the alignment that DAX wants most.
  public static let pmd = ByteCount(2 << 20)

  /// Whether the left is less.
  @inlinable
  public static func < (left: ByteCount, right: ByteCount) -> Bool {
    left.rawValue < right.rawValue
  }

  /// The sum.
  /// - Throws: `OutOfRange` past 2^64 − 1.
  @inlinable
  public func adding(_ other: ByteCount) throws(OutOfRange) -> ByteCount {
    let (sum, overflow) = rawValue.addingReportingOverflow(other.rawValue)
    if overflow { throw OutOfRange() }
    return ByteCount(sum)
  }

  /// Whether this is a multiple of a unit; false for a unit of nothing.
  @inlinable
  public func isMultiple(of unit: ByteCount) -> Bool {
    unit.rawValue != 0 && rawValue % unit.rawValue == 0
  }

  /// Whether this is 1, 2, 4, …: what hardware aligns to.
  public var isPowerOfTwo: Bool { rawValue.nonzeroBitCount == 1 }

  /// The least multiple of a unit that is not less.
  /// - Throws: `OutOfRange` past 2^64 − 1, and for a unit of nothing.
  public func roundedUp(to unit: ByteCount) throws(OutOfRange) -> ByteCount {
    guard unit.rawValue != 0 else { throw OutOfRange() }
    let rest = rawValue % unit.rawValue
    return rest == 0 ? self : try adding(ByteCount(unit.rawValue - rest))
  }
}
