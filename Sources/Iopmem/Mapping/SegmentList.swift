internal import Linux
internal import SystemPackage

/// A file's segments: packed in memory while they are few, and in a nameless temporary file beyond,
/// so that memory stays flat however many there are.
public struct SegmentList: ~Copyable {
  /// How many segments are packed together, and handed out together.
  static let runLength = 4096

  /// How many there are.
  public private(set) var count = 0
  /// The last of them, not packed yet.
  private var recent: [Segment] = []
  /// Those before, in runs.
  private var packed: [PackedSegments] = []
  private var packedBytes = 0
  /// Those between, in a file.
  private var spool: Spool?
  private let memoryLimit: Int

  /// No segments.
  public init() { self.init(memoryLimit: 16 << 20) }

  /// No segments.
  /// - Parameter memoryLimit: how many bytes they may take until they go to a file. Sixteen MiB
  ///   hold 1.4 million, as they are in most files.
  init(memoryLimit: Int) { self.memoryLimit = memoryLimit }

  /// Adds a segment at the end.
  /// - Throws: `Failure` when the temporary file cannot be made or written.
  public mutating func append(_ segment: Segment) throws(Failure) {
    if recent.count == Self.runLength { try pack() }
    recent.append(segment)
    count += 1
  }

  private mutating func pack() throws(Failure) {
    let run = PackedSegments(recent)
    recent.removeAll(keepingCapacity: true)
    guard spool != nil || packedBytes + run.byteCount > memoryLimit else {
      packedBytes += run.byteCount
      return packed.append(run)
    }
    if spool == nil { spool = try Spool() }
    try spool?.append(run)
  }

  /// Forgets all segments.
  public mutating func removeAll() {
    recent.removeAll(keepingCapacity: true)
    packed.removeAll()
    packedBytes = 0
    spool = nil
    count = 0
  }

  /// Calls a body with one run of segments after the other, in order.
  /// - Throws: `Failure` when the temporary file cannot be read, and what the body throws.
  public borrowing func forEachRun(
    _ body: (borrowing [Segment]) throws(Failure) -> Void
  ) throws(Failure) {
    var run: [Segment] = []
    for packed in packed {
      packed.unpack(into: &run)
      try body(run)
    }
    try spool?.forEachRun { (packed) throws(Failure) in
      packed.unpack(into: &run)
      try body(run)
    }
    if !recent.isEmpty { try body(recent) }
  }
}

/// Packed segments in a nameless file.
private final class Spool {
  private let file: Descriptor
  private var runs: [(offset: UInt64, words: Int)] = []
  private var end: UInt64 = 0

  init() throws(Failure) {
    do { file = try Descriptor(temporaryIn: TemporaryFolder.path) } catch {
      throw Failure(error, TemporaryFolder.path, "cannot make a temporary file")
    }
  }

  func append(_ run: PackedSegments) throws(Failure) {
    do { try file.write(records: run.words, at: end) } catch {
      throw Failure(error, TemporaryFolder.path, "cannot write a temporary file")
    }
    runs.append((end, run.words.count))
    end += UInt64(run.byteCount)
  }

  func forEachRun(_ body: (PackedSegments) throws(Failure) -> Void) throws(Failure) {
    for run in runs {
      var words = [UInt32](repeating: 0, count: run.words)
      let complete: Bool
      do { complete = try file.read(records: &words, at: run.offset) } catch {
        throw Failure(error, TemporaryFolder.path, "cannot read a temporary file")
      }
      guard complete else {
        throw Failure(.failed, TemporaryFolder.path, "a temporary file lost its end")
      }
      try body(PackedSegments(words: words))
    }
  }
}
