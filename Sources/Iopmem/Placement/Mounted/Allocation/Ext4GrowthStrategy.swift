internal import Linux
internal import SystemPackage

/// Makes a file of one aligned run on a mounted ext4, in the shortest free run that holds it, by
/// extending what the allocator gave first.
///
/// The allocator puts a small request into the first free blocks behind the metadata: this is the
/// probe. If these lie in another run than the wanted one, the probe takes that run as a
/// placeholder, so that the next probe goes elsewhere. If they lie in the wanted one, the probe
/// grows into the file. This takes time in proportion to the file, and to the free runs that are
/// too short for it.
struct Ext4GrowthStrategy {
  let request: RunRequest

  /// How many probes at most: each may stay as an open file.
  private static let probeLimit = 256
  /// How often to begin again: others allocate meanwhile.
  private static let attempts = 3
  /// How many blocks of each run placeholders leave free: too few for a request, and room for what
  /// the file system needs for its own records.
  private static let slackBlocks: UInt64 = 8
  /// From so many blocks on a file has more extents than fit in its inode.
  private static let manyBlocks: UInt64 = 2 * 32_767

  /// Makes the file, without a name, of exactly one aligned run of blocks, unwritten.
  /// - Returns: nil if the file system does not list its free space, or does not go along.
  /// - Throws: `Failure`, refused, naming the largest aligned run, if there is no such run.
  func allocate(on volume: borrowing MountedVolume) throws(Failure) -> Descriptor? {
    let (path, length) = (request.path, request.length)
    if length.rawValue <= GrowingFile.probeBlocks * volume.blockSize.rawValue {
      let file = try volume.makeUnnamedFile()
      if try file.reserve(from: 0, length: length.rawValue, path),
        request.isMet(by: try volume.layout(of: file, path))
      {
        return file
      }
    }
    for attempt in 0..<Self.attempts {
      guard let free = try attempt == 0 ? volume.freeSpace() : volume.reclaimedSpace() else {
        return nil
      }
      var rest = free
      guard let wanted = rest.take(length, request.alignment) else {
        if attempt == 0 { continue }
        throw request.fragmented(free)
      }
      if let file = try probe(for: wanted, in: free, on: volume) { return file }
    }
    return nil
  }

  private func probe(
    for wanted: FreeRun, in free: FreeSpace, on volume: borrowing MountedVolume
  ) throws(Failure) -> Descriptor? {
    let block = volume.blockSize.rawValue
    let isLarge = request.length.rawValue > Self.manyBlocks * block
    var placeholders: [PlaceholderFile] = []
    for _ in 0..<Self.probeLimit {
      // In front of a file in many extents some blocks stay free, for the block that lists these:
      // it would else get the next that is free, amid the file.
      var spare: PlaceholderFile?
      if isLarge {
        guard let file = try volume.makeSpareFile() else { return nil }
        _ = try file.reserve(from: 0, length: Self.slackBlocks * block, request.path)
        spare = PlaceholderFile(file, Layout())
      }
      guard var probe = try GrowingFile(volume, request.path) else { return nil }
      // Placeholders may hold parts of the wanted run: they release these before the probe grows.
      if let run = free.run(holding: probe.start), run == free.run(holding: wanted.start),
        let start = start(probe, wanted, run, block)
      {
        // What the placeholders and the spare file held, also of this run, must be free before it
        // is needed.
        let mustSettle = isLarge || !placeholders.isEmpty
        placeholders.removeAll()
        spare = nil
        if mustSettle { try volume.settle() }
        return try finish(probe, at: start, on: volume)
      }
      let slack = Self.slackBlocks * block
      let end = DeviceOffset(end(of: probe, block, on: volume).rawValue - slack)
      // A marker in its way is as far as it grows; what is behind is for the next.
      let isInTheWay = probe.start < probe.marker && probe.marker < end
      _ = try probe.grow(to: isInTheWay ? probe.marker : end, volume)
      placeholders.append(try probe.placeholder(on: volume))
      _ = spare
    }
    return nil
  }

  /// Where the free run ended whose first blocks a probe has. No more than that is asked for: a large
  /// file system takes a second to list what is free.
  private func end(
    of probe: borrowing GrowingFile, _ block: UInt64, on volume: borrowing MountedVolume
  ) -> DeviceOffset {
    var end = probe.firstEnd
    end = volume.freeRun(from: end)?.end ?? end
    guard end == probe.marker else { return end }
    end = DeviceOffset(end.rawValue + block)
    return volume.freeRun(from: end)?.end ?? end
  }

  /// Where the file can begin that grows from a probe: nil if it cannot in this free run.
  private func start(
    _ probe: borrowing GrowingFile, _ wanted: FreeRun, _ run: FreeRun, _ block: UInt64
  ) -> DeviceOffset? {
    var start = max(wanted.start, probe.start)
    if let marked = FreeRun(start: start, length: request.length), marked.start <= probe.marker,
      probe.marker < marked.end
    {
      start = DeviceOffset(probe.marker.rawValue + block)
    }
    guard let aligned = request.alignment.first(from: start),
      let end = try? aligned.advanced(by: request.length), end <= run.end
    else { return nil }
    return aligned
  }

  private func finish(
    _ probe: consuming GrowingFile, at start: DeviceOffset, on volume: borrowing MountedVolume
  ) throws(Failure) -> Descriptor? {
    var file = probe
    guard let end = try? start.advanced(by: request.length) else { return nil }
    guard try file.grow(from: start, to: end, volume) else { return nil }
    try file.trim(to: request.length)
    guard request.isMet(by: try volume.layout(of: file.file, request.path)) else { return nil }
    return file.file
  }
}
