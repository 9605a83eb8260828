internal import Linux
internal import SystemPackage

/// An open file that only holds blocks, so that the allocator gives others to the next file.
final class PlaceholderFile {
  /// Where it lies.
  let layout: Layout
  private let file: Descriptor

  init(_ file: consuming Descriptor, _ layout: Layout) {
    self.file = file
    self.layout = layout
  }

  /// Releases what it holds of a run of the device.
  func release(_ run: FreeRun) throws(Errno) {
    var hasChanged = false
    for piece in layout.runs {
      guard let part = piece.intersection(run) else { continue }
      try file.punch(from: part.logical.rawValue, length: part.length.rawValue)
      hasChanged = true
    }
    // Journalled file systems use freed blocks again only once the change is on the device.
    if hasChanged { try file.synchronize() }
  }
}

extension Layout.Run {
  /// Cuts out the part that lies in a run of the device.
  func intersection(_ other: FreeRun) -> Layout.Run? {
    guard let end = try? physical.advanced(by: length) else { return nil }
    let first = max(physical, other.start)
    let last = min(end, other.end)
    guard first < last, let skipped = try? first.distance(from: physical),
      let count = try? last.distance(from: first),
      let begin = try? logical.advanced(by: skipped)
    else { return nil }
    return Layout.Run(logical: begin, physical: first, length: count)
  }
}
