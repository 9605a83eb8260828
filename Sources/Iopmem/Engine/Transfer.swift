internal import SystemPackage

/// What an engine is to move: a file's segments under its limits, all of them checked before the
/// first is given out.
///
/// It holds no segments, however many there are: they are made anew of the file's each time.
public struct Transfer: Sendable {
  /// What the engine can take.
  public let limits: Limits
  /// The engine's address of the BAR's byte 0.
  private let origin: UInt64
  /// How many segments there are.
  public private(set) var segmentCount: UInt64 = 0
  /// How many bytes they hold.
  public private(set) var byteCount = ByteCount.zero
  /// The file, for messages.
  let path: FilePath

  /// Checks a file's segments.
  /// - Throws: `refused` where there is no address, and where the limits cannot be kept.
  public init(
    of map: FileMap, _ segments: borrowing SegmentList, under limits: Limits
  ) throws(Failure) {
    guard let origin = map.engineOrigin else { throw .noAddress(map) }
    self.limits = limits
    self.origin = origin
    path = map.path
    var count: UInt64 = 0
    var bytes = ByteCount.zero
    try forEachSegment(of: segments) { (segment) throws(Failure) in
      if count == limits.maxSegments { throw .tooManySegments(path, segment) }
      count += 1
      do { bytes = try bytes.adding(segment.length) } catch {
        throw .outsideAddressSpace(path, segment.fileOffset)
      }
    }
    segmentCount = count
    byteCount = bytes
  }

  /// Calls a body with one segment after the other, in the order of the file.
  /// - Parameter segments: those that were checked.
  /// - Throws: `Failure` when they cannot be read back, and what the body throws.
  public func forEachSegment(
    of segments: borrowing SegmentList, _ body: (EngineSegment) throws(Failure) -> Void
  ) throws(Failure) {
    var cutter = SegmentCutter(path, origin: origin, under: limits)
    try segments.forEachRun { (run) throws(Failure) in
      for segment in run {
        for piece in try cutter.add(segment) { try body(piece) }
      }
    }
    for piece in try cutter.finish() { try body(piece) }
  }
}

extension FileMap {
  /// The address of the BAR's byte 0 as the engine uses it: the client's, or the bus address where
  /// no client was named; nil where there is none.
  var engineOrigin: UInt64? {
    let origin = BarOffset(0)
    return client == nil ? window.busAddress(of: origin)?.rawValue : clientAddress(of: origin)
  }
}
