public import PCI
public import SystemPackage

/// A file's map as it was printed, with what is needed to ask the same question again.
public struct SavedMap: Sendable {
  /// The file, as it was named.
  public var path: FilePath
  /// Which file it was.
  public var identity: FileIdentity
  /// Its length.
  public var size: ByteCount
  /// The bytes that were mapped.
  public var range: Range<FileOffset>
  /// The digest of the map.
  public var fingerprint: Fingerprint
  /// The provider; nil where there was no BAR.
  public var function: FunctionAddress?
  /// The BAR's index.
  public var bar: Int?
  /// How the window was known.
  public var source: Window.Source
  /// The segments, in the order of the file and without overlaps; no end passes 2^64 − 1.
  public let segments: [Segment]
  /// The bus address of BAR offset 0, by every segment's; nil where none had one.
  public var busBase: UInt64?
  /// The CPU-physical address of BAR offset 0, by every segment's; nil where none had one.
  public var cpuBase: UInt64?
  /// The hazards that were passed.
  public var allowed: Set<Hazard>
  /// Whether the file had to be DAX.
  public var requiredDAX: Bool

  /// Segments that no map can have.
  public struct SegmentError: Error {
    /// What is wrong, as in "segments out of order".
    public let what: String
  }

  /// A map of these parts.
  /// - Throws: `SegmentError` for segments that are empty, overlap, come in another order than the
  ///   file's, or pass 2^64 − 1 in the file or in the BAR.
  public init(
    path: FilePath, identity: FileIdentity, size: ByteCount, range: Range<FileOffset>,
    fingerprint: Fingerprint, function: FunctionAddress?, bar: Int?, source: Window.Source,
    segments: [Segment], busBase: UInt64?, cpuBase: UInt64?, allowed: Set<Hazard>,
    requiredDAX: Bool
  ) throws(SegmentError) {
    try Self.check(segments)
    self.path = path
    self.identity = identity
    self.size = size
    self.range = range
    self.fingerprint = fingerprint
    self.function = function
    self.bar = bar
    self.source = source
    self.segments = segments
    self.busBase = busBase
    self.cpuBase = cpuBase
    self.allowed = allowed
    self.requiredDAX = requiredDAX
  }

  /// Checks what `init` asks of segments.
  public static func check(_ segments: [Segment]) throws(SegmentError) {
    var position = FileOffset(0)
    for segment in segments {
      guard segment.length > .zero, segment.fileOffset >= position,
        let end = try? segment.fileOffset.advanced(by: segment.length),
        (try? segment.barOffset.advanced(by: segment.length)) != nil
      else { throw SegmentError(what: "segments out of order, or past 2^64") }
      position = end
    }
  }

  /// The request that makes the same map of the same file.
  public var request: MapRequest {
    MapRequest(
      offset: range.lowerBound,
      length: range.length,
      // Only whole blocks pass the end of a file.
      wholeBlocks: range.upperBound.rawValue > size.rawValue, allowed: allowed,
      requiresDAX: requiredDAX)
  }
}
