/// A block of a file system, counted from 0; a place on the device only by way of a block size.
public struct BlockNumber: Hashable, Comparable, Sendable {
  /// The number.
  public let rawValue: UInt64

  /// The block of this number.
  public init(_ rawValue: UInt64) { self.rawValue = rawValue }

  /// Whether the left comes first.
  public static func < (left: BlockNumber, right: BlockNumber) -> Bool {
    left.rawValue < right.rawValue
  }

  /// Where the block begins on the device.
  /// - Throws: `OutOfRange` past 2^64 − 1.
  public func offset(blockSize: ByteCount) throws(OutOfRange) -> DeviceOffset {
    let (bytes, overflow) = rawValue.multipliedReportingOverflow(by: blockSize.rawValue)
    if overflow { throw OutOfRange() }
    return DeviceOffset(bytes)
  }
}
