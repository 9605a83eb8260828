extension FreeRun {
  /// Cuts the run where block groups of ext4 begin.
  ///
  /// The allocator of ext4 looks for each request in one group at a time, and takes the group that
  /// fits best first (fs/ext4/mballoc.c). It takes groups in order only if asked for one part at a
  /// time. A group has
  /// as many blocks as a block has bits, and the first begins at block 1 if blocks are 1 KiB
  /// (Documentation/filesystems/ext4/blockgroup.rst). Cuts elsewhere do no harm.
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
