/// Which bytes of a file to map, and which checks it must pass.
public struct MapRequest: Sendable {
  /// Which file's bytes, from the first.
  public var offset: FileOffset
  /// How many, at most; nil for all to the end of the file.
  public var length: ByteCount?
  /// Whether to answer whole blocks instead of the exact bytes.
  public var wholeBlocks: Bool
  /// Hazards to pass.
  public var allowed: Set<Hazard>
  /// Whether a mounted file must be DAX.
  public var requiresDAX: Bool
  /// Whether the layout must be held: a file that is not immutable, or that somebody can write
  /// all the same, is refused.
  public var requiresPin: Bool

  /// A request for all of a file, with no hazard allowed.
  public init(
    offset: FileOffset = FileOffset(0), length: ByteCount? = nil, wholeBlocks: Bool = false,
    allowed: Set<Hazard> = [], requiresDAX: Bool = true, requiresPin: Bool = false
  ) {
    self.offset = offset
    self.length = length
    self.wholeBlocks = wholeBlocks
    self.allowed = allowed
    self.requiresDAX = requiresDAX
    self.requiresPin = requiresPin
  }

  /// The bytes of a file that are asked for: none past its end, or its last block's.
  /// - Throws: `OutOfRange` for a block size of nothing and past 2^64 − 1.
  func range(in size: ByteCount, blockSize: ByteCount) throws(OutOfRange) -> Range<FileOffset> {
    var first = min(offset.rawValue, size.rawValue)
    var last = size.rawValue
    if let length {
      let (end, overflow) = offset.rawValue.addingReportingOverflow(length.rawValue)
      last = overflow ? last : min(last, end)
    }
    last = max(last, first)
    if wholeBlocks && first < last {
      guard blockSize > .zero else { throw OutOfRange() }
      first -= first % blockSize.rawValue
      last = try ByteCount(last).roundedUp(to: blockSize).rawValue
    }
    return FileOffset(first)..<FileOffset(last)
  }
}
