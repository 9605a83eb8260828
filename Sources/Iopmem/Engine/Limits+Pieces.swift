extension Limits {
  /// The pieces of a segment that keep the limits, in order: together the same bytes at the same
  /// addresses.
  ///
  /// What is not aligned is refused, not rounded. That holds for the tail of a file too: an engine
  /// that moves whole units would read or write past the file's end, so the caller must have asked
  /// for whole blocks.
  public func pieces(of whole: EngineSegment) throws(Problem) -> Pieces {
    let mask = alignment.rawValue &- 1
    guard whole.address & mask == 0 else { throw .misplaced(whole) }
    guard whole.length.rawValue & mask == 0 else { throw .uneven(whole) }
    let (last, overflow) = whole.address.addingReportingOverflow(whole.length.rawValue &- 1)
    guard !overflow, last <= lastAddress else { throw .outOfReach(whole) }
    return Pieces(of: whole, under: self)
  }

  /// A segment being cut.
  public struct Pieces: Sequence, IteratorProtocol, Sendable {
    private var rest: EngineSegment
    /// One less than the most bytes of a piece, so that no limit at all is a number too.
    private let mostAfterFirst: UInt64
    /// The bits of an address below the boundary.
    private let boundaryMask: UInt64

    /// The pieces of nothing.
    static let none = Pieces(
      of: EngineSegment(
        fileOffset: FileOffset(0), barOffset: BarOffset(0), address: 0, length: .zero),
      under: .none)

    fileprivate init(of whole: EngineSegment, under limits: Limits) {
      rest = whole
      mostAfterFirst = (limits.maxSegment?.rawValue ?? 0) &- 1
      boundaryMask = (limits.boundary?.rawValue ?? 0) &- 1
    }

    /// The next piece; nil at the segment's end.
    public mutating func next() -> EngineSegment? {
      guard rest.length > .zero else { return nil }
      let beforeBoundary = boundaryMask &- (rest.address & boundaryMask)
      let afterFirst = Swift.min(rest.length.rawValue &- 1, mostAfterFirst, beforeBoundary)
      let length = afterFirst &+ 1
      var piece = rest
      piece.length = ByteCount(length)
      // The end was held against 2^64 when the cutting began; past the last piece nobody looks.
      rest.fileOffset = FileOffset(rest.fileOffset.rawValue &+ length)
      rest.barOffset = BarOffset(rest.barOffset.rawValue &+ length)
      rest.address &+= length
      rest.length = ByteCount(rest.length.rawValue &- length)
      return piece
    }
  }
}
