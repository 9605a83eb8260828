/// Where a file's bytes lie on the device, with extents joined that touch in both places.
struct Layout: Hashable, Sendable {
  /// Bytes of the file that lie together.
  struct Run: Hashable, Sendable {
    var logical: FileOffset
    var physical: DeviceOffset
    var length: ByteCount
  }

  /// The runs, in the order of the file.
  private(set) var runs: [Run] = []
  /// Every flag that any extent had.
  private(set) var flags: ExtentFlags = []

  /// Adds the file's next extent.
  /// - Throws: `OutOfRange` when it passes 2^64 − 1.
  mutating func append(_ extent: Extent) throws(OutOfRange) {
    _ = try extent.physical.advanced(by: extent.length)
    _ = try extent.logical.advanced(by: extent.length)
    flags.formUnion(extent.flags)
    if let last = runs.last,
      try last.logical.advanced(by: last.length) == extent.logical,
      try last.physical.advanced(by: last.length) == extent.physical
    {
      runs[runs.count - 1].length = try last.length.adding(extent.length)
    } else {
      runs.append(
        Run(logical: extent.logical, physical: extent.physical, length: extent.length))
    }
  }

  /// Finds where in the file an aligned run of this length begins; nil if there is none.
  func begin(ofRun length: ByteCount, _ alignment: Alignment) -> FileOffset? {
    for run in runs {
      guard let start = alignment.first(from: run.physical),
        let skipped = try? start.distance(from: run.physical),
        skipped < run.length, run.length.rawValue - skipped.rawValue >= length.rawValue
      else { continue }
      return try? run.logical.advanced(by: skipped)
    }
    return nil
  }

  /// The space that would be free without the file.
  var space: FreeSpace {
    FreeSpace(runs.compactMap { FreeRun(start: $0.physical, length: $0.length) })
  }

  /// Says what is wrong with the layout of a file of this size; nil if nothing is.
  /// - Parameter alignment: nil where fragments are allowed.
  func problem(size: ByteCount, _ alignment: Alignment?) -> String? {
    guard flags.isSubset(of: .harmless) else {
      return flags.contains(.unwritten) ? "is not wholly written" : "does not lie plainly"
    }
    guard size > .zero else { return runs.isEmpty ? nil : "has blocks and no bytes" }
    var end = FileOffset(0)
    for run in runs {
      guard run.logical == end, let next = try? end.advanced(by: run.length) else {
        return "has a hole"
      }
      end = next
    }
    guard end.rawValue >= size.rawValue else { return "has a hole" }
    guard let alignment else { return nil }
    guard runs.count == 1, let first = runs.first else { return "lies in \(runs.count) runs" }
    return alignment.accepts(first.physical) ? nil : "lies where it is not aligned"
  }
}
