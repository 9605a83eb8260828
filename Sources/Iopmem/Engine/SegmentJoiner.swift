/// Gives segments the engine's addresses, and joins those that go on in both file and address.
///
/// `SegmentBuilder` keeps neighbours apart where the file system says different things of them; to
/// an engine they are one run of bytes.
public struct SegmentJoiner: Sendable {
  private let origin: UInt64
  private var pending: EngineSegment?

  /// A joiner for one file.
  /// - Parameter origin: the engine's address of the BAR's byte 0.
  public init(origin: UInt64) { self.origin = origin }

  /// Takes the next segment of the file.
  /// - Returns: one that is complete, if this did not continue it.
  /// - Throws: `OutOfRange` for a segment that passes the end of the address space or of all files.
  public mutating func add(_ next: Segment) throws(OutOfRange) -> EngineSegment? {
    guard next.length > .zero else { return nil }
    let (address, overflow) = origin.addingReportingOverflow(next.barOffset.rawValue)
    if overflow { throw OutOfRange() }
    // The last byte must be in the space, not the one after it.
    let toLast = ByteCount(next.length.rawValue &- 1)
    _ = try ByteCount(address).adding(toLast)
    _ = try next.fileOffset.advanced(by: next.length)
    // Address 0 is before all others, not after the last.
    guard let last = pending, address != 0,
      last.fileOffset.rawValue &+ last.length.rawValue == next.fileOffset.rawValue,
      last.address &+ last.length.rawValue == address
    else {
      defer {
        pending = EngineSegment(
          fileOffset: next.fileOffset, address: address, length: next.length, flags: next.flags)
      }
      return pending
    }
    // Both lie in the file, one after the other: so does their sum.
    pending?.length = ByteCount(last.length.rawValue &+ next.length.rawValue)
    pending?.flags.formUnion(next.flags)
    return nil
  }

  /// The last segment, if there is one.
  public mutating func finish() -> EngineSegment? {
    defer { pending = nil }
    return pending
  }
}
