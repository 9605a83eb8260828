internal import SystemPackage

/// Makes an engine's segments of a file's: joined where they go on, then cut under limits.
struct SegmentCutter {
  private var joiner: SegmentJoiner
  private let limits: Limits
  private let path: FilePath

  /// A cutter for one file.
  /// - Parameter origin: the engine's address of the BAR's byte 0.
  init(_ path: FilePath, origin: UInt64, under limits: Limits) {
    joiner = SegmentJoiner(origin: origin)
    self.limits = limits
    self.path = path
  }

  /// Takes the next segment of the file.
  /// - Returns: the pieces of what is complete by that; none while it may go on.
  /// - Throws: `refused` where the limits cannot be kept.
  mutating func add(_ segment: Segment) throws(Failure) -> Limits.Pieces {
    let whole: EngineSegment?
    do { whole = try joiner.add(segment) } catch {
      throw .outsideAddressSpace(path, segment.fileOffset)
    }
    return try pieces(of: whole)
  }

  /// The pieces of the last segment.
  /// - Throws: `refused` where the limits cannot be kept.
  mutating func finish() throws(Failure) -> Limits.Pieces { try pieces(of: joiner.finish()) }

  private func pieces(of whole: EngineSegment?) throws(Failure) -> Limits.Pieces {
    guard let whole else { return .none }
    do { return try limits.pieces(of: whole) } catch { throw error.failure(path, limits) }
  }
}
