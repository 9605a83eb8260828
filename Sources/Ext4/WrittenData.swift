/// Which blocks of a file are written, as far as a directory's growth depends on it.
struct WrittenData {
  /// Where the file's first block is; nil where that is not written.
  private(set) var start: UInt64?
  /// The block behind the last written one, in the file.
  private(set) var end: UInt64 = 0
  /// Whether some before the end are not written.
  private(set) var hasHole = false

  /// Takes the next run of a walk.
  mutating func take(_ run: MappedRun) {
    guard run.content == .data else { return }
    if run.logical == 0 { start = run.physical }
    if run.logical != end { hasHole = true }
    end = run.logical + run.count
  }
}
