/// Gives segments the engine's addresses, and joins those that go on in both file and address.
///
/// `SegmentBuilder` keeps neighbours apart where the file system says different things of them; to
/// an engine they are one run of bytes.
public struct SegmentJoiner: Sendable {
  private let origin: UInt64
  /// What the next segment may go on with; of no length where there is nothing.
  private var pending = EngineSegment(
    fileOffset: FileOffset(0), barOffset: BarOffset(0), address: 0, length: .zero)

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
    if pending.length > .zero, address != 0,
      pending.fileOffset.rawValue &+ pending.length.rawValue == next.fileOffset.rawValue,
      pending.address &+ pending.length.rawValue == address
    {
      // Both lie in the file, one after the other: so does their sum.
      pending.length = ByteCount(pending.length.rawValue &+ next.length.rawValue)
      pending.flags.formUnion(next.flags)
      return nil
    }
    let complete = finish()
    pending = EngineSegment(
      fileOffset: next.fileOffset, barOffset: next.barOffset, address: address,
      length: next.length, flags: next.flags)
    return complete
  }

  /// The last segment, if there is one.
  public mutating func finish() -> EngineSegment? {
    let last = pending
    pending.length = .zero
    return last.length > .zero ? last : nil
  }
}
