public import Linux

/// What a placement promises, and what it may do to keep the promise.
public struct PlacementOptions: Sendable {
  /// Whether files may lie in several runs, aligned or not.
  public var allowsFragments: Bool
  /// The unit, counted from the BAR's byte 0, at which files at least that long begin.
  public var alignment: ByteCount
  /// Whether existing files of the same names are replaced.
  public var replaces: Bool
  /// Whether files keep the permission bits, owner and times of their sources.
  public var preserves: Bool
  /// Whether files are pinned once they are in place.
  public var pins: Bool
  /// Whether a request to pin mounted files that are not DAX is refused.
  public var pinsOnlyDAX: Bool
  /// The time that a placement into an image shows in place of now, and no source's goes past; nil
  /// for now.
  public var imageTime: Status.Time?
  /// Whether the device must lie in a BAR, or the caller must name its window.
  public var needsBar: Bool

  /// Options of these parts.
  public init(
    allowsFragments: Bool = false, alignment: ByteCount = .pmd, replaces: Bool = false,
    preserves: Bool = false, pins: Bool = false, pinsOnlyDAX: Bool = true,
    imageTime: Status.Time? = nil, needsBar: Bool = true
  ) {
    self.allowsFragments = allowsFragments
    self.alignment = alignment
    self.replaces = replaces
    self.preserves = preserves
    self.pins = pins
    self.pinsOnlyDAX = pinsOnlyDAX
    self.imageTime = imageTime
    self.needsBar = needsBar
  }

  /// Chooses the alignment of a file: the unit, or the file system's block for a file shorter than
  /// the unit. No file can be aligned finer than a block, so blocks are counted on the device.
  func alignment(ofLength length: ByteCount, origin: BarOffset, blockSize: ByteCount) -> Alignment {
    guard length >= alignment, alignment > blockSize else {
      return Alignment(unit: blockSize, origin: BarOffset(0))
    }
    return Alignment(unit: alignment, origin: origin)
  }
}
