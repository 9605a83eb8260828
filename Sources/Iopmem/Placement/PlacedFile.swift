public import SystemPackage

/// A file that lies where it was promised to lie: what was proved, not what was asked for.
public struct PlacedFile: Hashable, Sendable {
  /// Its name: the path on the machine, or in the image.
  public let path: FilePath
  /// Its length.
  public let size: ByteCount
  /// In how many runs it lies; 0 for an empty file.
  public let runs: Int
  /// Where in the BAR its first byte lies; nil for an empty file.
  public let start: BarOffset?
  /// Whether it was made immutable.
  public internal(set) var isPinned = false
}

/// Tells how far a placement has come: bytes done, bytes in all.
public typealias PlacementProgress = (_ done: ByteCount, _ total: ByteCount) -> Void
