public import SystemPackage

/// A file that lies where it was promised to lie: what was proved, not what was asked for.
public struct PlacedFile: Hashable, Sendable {
  /// Its name: the path on the machine, or in the image.
  public let path: FilePath
  /// Its length.
  public let size: ByteCount
  /// In how many runs it lies; 0 for an empty file.
  public let runs: Int
  /// Where in the BAR its first byte lies; nil for an empty file, and where there is no BAR.
  public let start: BarOffset?
  /// Where on the whole disk its first byte lies, if no BAR holds that; nil for an empty file.
  public let diskStart: DeviceOffset?
  /// Whether it was made immutable.
  public internal(set) var isPinned = false

  /// A file of these parts.
  /// - Parameter layout: where it lies, from the device's byte 0.
  /// - Throws: `Failure` past 2^64 − 1.
  init(
    path: FilePath, size: ByteCount, _ layout: Layout, origin: Origin
  ) throws(Failure) {
    self.path = path
    self.size = size
    runs = layout.runs.count
    var place: BarOffset?
    if let first = layout.runs.first?.physical {
      do { place = try origin.offset.advanced(by: ByteCount(first.rawValue)) } catch {
        throw Failure(.failed, path, "lies outside every BAR")
      }
    }
    start = origin.isInBar ? place : nil
    diskStart = origin.isInBar ? nil : place.map { DeviceOffset($0.rawValue) }
  }
}

/// Tells how far a placement has come: bytes done, bytes in all.
public typealias PlacementProgress = (_ done: ByteCount, _ total: ByteCount) -> Void
