internal import Linux
internal import SystemPackage

/// A file's segments, in memory while they are few and in a nameless temporary file beyond, so
/// that memory stays flat however many there are.
public struct SegmentList: ~Copyable {
  /// How many are kept in memory: 2 MiB of them.
  public static let memoryLimit = 65_536

  /// How many there are.
  public private(set) var count = 0
  private var recent: [Segment] = []
  private var spool: Spool?

  /// No segments.
  public init() {}

  /// Adds a segment at the end.
  /// - Throws: `Failure` when the temporary file cannot be made or written.
  public mutating func append(_ segment: Segment) throws(Failure) {
    if recent.count == Self.memoryLimit {
      if spool == nil { spool = try Spool() }
      try spool?.append(recent)
      recent.removeAll(keepingCapacity: true)
    }
    recent.append(segment)
    count += 1
  }

  /// Forgets all segments.
  public mutating func removeAll() {
    recent.removeAll(keepingCapacity: true)
    spool = nil
    count = 0
  }

  /// Calls a body with one run of segments after the other, in order.
  /// - Throws: `Failure` when the temporary file cannot be read, and what the body throws.
  public borrowing func forEachRun(
    _ body: (borrowing [Segment]) throws(Failure) -> Void
  ) throws(Failure) {
    try spool?.forEachRun(body)
    if !recent.isEmpty { try body(recent) }
  }
}

/// Segments in a nameless file, in runs of `SegmentList.memoryLimit`.
private final class Spool {
  private let file: Descriptor
  private var runs = 0
  private static let runBytes = SegmentList.memoryLimit * MemoryLayout<Segment>.stride

  init() throws(Failure) {
    do { file = try Descriptor(temporaryIn: TemporaryFolder.path) } catch {
      throw Failure(error, TemporaryFolder.path, "cannot make a temporary file")
    }
  }

  func append(_ run: [Segment]) throws(Failure) {
    do { try file.write(records: run, at: UInt64(runs * Self.runBytes)) } catch {
      throw Failure(error, TemporaryFolder.path, "cannot write a temporary file")
    }
    runs += 1
  }

  func forEachRun(_ body: (borrowing [Segment]) throws(Failure) -> Void) throws(Failure) {
    var run = [Segment](
      repeating: Segment(fileOffset: FileOffset(0), barOffset: BarOffset(0), length: .zero),
      count: SegmentList.memoryLimit)
    for index in 0..<runs {
      let complete: Bool
      do {
        complete = try file.read(records: &run, at: UInt64(index * Self.runBytes))
      } catch {
        throw Failure(error, TemporaryFolder.path, "cannot read a temporary file")
      }
      guard complete else {
        throw Failure(.failed, TemporaryFolder.path, "a temporary file lost its end")
      }
      try body(run)
    }
  }
}
