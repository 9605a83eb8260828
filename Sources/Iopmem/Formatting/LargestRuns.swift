/// The longest of a file system's free runs, as it stands and from an aligned place on.
public struct LargestRuns: Hashable, Sendable {
  /// Bytes of a device that lie together.
  public struct Run: Hashable, Sendable {
    /// Where on the device they begin.
    public var start: DeviceOffset
    /// How many they are.
    public var length: ByteCount
  }

  /// What "aligned" means, in bytes on the whole disk, so that it holds in the BAR too.
  public let alignment: ByteCount
  /// The longest run; nil where nothing is free.
  public private(set) var any: Run?
  /// The longest that begins aligned.
  public private(set) var aligned: Run?
  private let deviceStart: ByteCount

  /// No run yet.
  /// - Parameter deviceStart: where the device begins on its disk.
  init(alignment: ByteCount, deviceStart: ByteCount) {
    self.alignment = alignment
    self.deviceStart = deviceStart
  }

  /// Counts in a free run.
  /// - Throws: `OutOfRange` for one that no device can have.
  mutating func add(_ run: Run) throws(OutOfRange) {
    let end = try run.start.advanced(by: run.length)
    if run.length.rawValue > any?.length.rawValue ?? 0 { any = run }
    let onDisk = try deviceStart.adding(ByteCount(run.start.rawValue))
    let skipped = try onDisk.roundedUp(to: alignment).rawValue - onDisk.rawValue
    guard skipped < run.length.rawValue else { return }
    let start = try run.start.advanced(by: ByteCount(skipped))
    let length = try end.distance(from: start)
    if length.rawValue > aligned?.length.rawValue ?? 0 {
      aligned = Run(start: start, length: length)
    }
  }
}
