internal import Linux
internal import SystemPackage

/// A file that nobody wants, open for the sake of the blocks that it holds.
final class Decoy {
  /// Where it lies.
  let layout: Layout
  private let file: Descriptor

  init(_ file: consuming Descriptor, _ layout: Layout) {
    self.file = file
    self.layout = layout
  }

  /// Gives back what it holds of a run of the device.
  func giveBack(_ run: FreeRun) throws(Errno) {
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
  /// The part that lies in a run of the device.
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

extension FreeRun {
  /// The run cut where block groups of ext4 begin.
  ///
  /// Its allocator looks for each request in one group at a time, and takes the group that fits
  /// best first (fs/ext4/mballoc.c): only part by part does it take them in order. A group has
  /// as many blocks as a block has bits, and the first begins at block 1 if blocks are 1 KiB
  /// (Documentation/filesystems/ext4/blockgroup.rst). Where groups are others, no harm is done.
  func parts(ofGroups blockSize: ByteCount) -> [FreeRun] {
    let block = blockSize.rawValue
    let (group, overflow) = (8 * block).multipliedReportingOverflow(by: block)
    guard !overflow, group > 0 else { return [self] }
    let groups = Alignment(
      unit: ByteCount(group), origin: BarOffset(block == 1024 ? group - 1024 : 0))
    var parts: [FreeRun] = []
    var start = start
    while start < end {
      let next = (try? start.advanced(by: ByteCount(1))).flatMap { groups.first(from: $0) } ?? end
      let stop = min(next, end)
      guard let length = try? stop.distance(from: start),
        let part = FreeRun(start: start, length: length)
      else { break }
      parts.append(part)
      start = stop
    }
    return parts
  }
}
