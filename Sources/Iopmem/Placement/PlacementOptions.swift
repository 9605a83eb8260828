/// What a placement promises, and what it may do to keep the promise.
public struct PlacementOptions: Sendable {
  /// Files may lie in several runs, and anywhere.
  public var allowsFragments: Bool
  /// The unit, counted from the BAR's byte 0, at which files at least that long begin.
  public var alignment: ByteCount
  /// Files that have the name already are replaced.
  public var replaces: Bool
  /// Permission bits, owner and times are the source's.
  public var preserves: Bool
  /// Files are pinned once they are in place.
  public var pins: Bool
  /// Mounted files that are not DAX are not pinned, nor placed to be.
  public var pinsOnlyDAX: Bool
  /// The file system must be on a device that a BAR holds, or whose window the caller names.
  public var needsBar: Bool

  /// Options of these parts.
  public init(
    allowsFragments: Bool = false, alignment: ByteCount = .pmd, replaces: Bool = false,
    preserves: Bool = false, pins: Bool = false, pinsOnlyDAX: Bool = true,
    needsBar: Bool = true
  ) {
    self.allowsFragments = allowsFragments
    self.alignment = alignment
    self.replaces = replaces
    self.preserves = preserves
    self.pins = pins
    self.pinsOnlyDAX = pinsOnlyDAX
    self.needsBar = needsBar
  }

  /// The alignment that a file of this length gets: the file system's block for those shorter
  /// than the unit, and the block only on the device, where nothing can choose.
  func alignment(ofLength length: ByteCount, origin: BarOffset, blockSize: ByteCount) -> Alignment {
    guard length >= alignment, alignment > blockSize else {
      return Alignment(unit: blockSize, origin: BarOffset(0))
    }
    return Alignment(unit: alignment, origin: origin)
  }
}
