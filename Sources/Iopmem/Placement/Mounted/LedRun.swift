internal import Linux
internal import SystemPackage

/// Makes a file of one aligned run on a mounted ext4, in the shortest free run that holds it.
///
/// The allocator puts a small request into the first free blocks behind the metadata. Where these
/// lie in another run than the wanted one, a decoy takes that run, so that the next request goes
/// elsewhere; where they lie in the wanted one, the file grows from there. All this takes time in
/// proportion to the file, and the free runs that are too short for it.
struct LedRun {
  /// The name that the file will have, for messages.
  let path: FilePath
  /// How long the file will be, in whole blocks.
  let length: ByteCount
  /// Where it may begin.
  let alignment: Alignment

  /// How many requests at most: each may stay as an open file.
  private static let mostSeeds = 256
  /// How often to begin again: others allocate meanwhile.
  private static let rounds = 3
  /// How many blocks of each run decoys leave free: too few for a request, and room for what the
  /// file system needs for its own records.
  private static let slackBlocks: UInt64 = 8
  /// From so many blocks on a file has more extents than fit in its inode.
  private static let manyBlocks: UInt64 = 2 * 32_767

  /// Makes the file, without a name, of exactly one aligned run of blocks, unwritten.
  /// - Returns: nil if the file system does not list its free space, or does not go along.
  /// - Throws: `Failure`, refused, naming the largest aligned run, if there is no such run.
  func run(_ volume: borrowing MountedVolume) throws(Failure) -> Descriptor? {
    if length.rawValue <= GrowingFile.seedBlocks * volume.blockSize.rawValue {
      let file = try volume.makeUnnamedFile()
      if try file.reserve(from: 0, length: length.rawValue, path),
        isRight(try volume.layout(of: file, path))
      {
        return file
      }
    }
    for round in 0..<Self.rounds {
      guard let free = try round == 0 ? volume.freeSpace() : volume.reclaimedSpace() else {
        return nil
      }
      var rest = free
      guard let wanted = rest.take(length, alignment) else {
        if round == 0 { continue }
        throw .fragmented(path, length: length, alignment, largest: free.largest(alignment))
      }
      if let file = try lead(to: wanted, in: free, volume) { return file }
    }
    return nil
  }

  private func lead(
    to wanted: FreeRun, in free: FreeSpace, _ volume: borrowing MountedVolume
  ) throws(Failure) -> Descriptor? {
    let block = volume.blockSize.rawValue
    let isLarge = length.rawValue > Self.manyBlocks * block
    var decoys: [Decoy] = []
    for _ in 0..<Self.mostSeeds {
      // What the decoys hold by now is free no more.
      guard let left = volume.freeSpace() else { return nil }
      // In front of a file in many extents some blocks stay free, for the block that lists these:
      // it would else get the next that is free, amid the file.
      var spare: Decoy?
      if isLarge {
        guard let file = try volume.makeSpareFile() else { return nil }
        _ = try file.reserve(from: 0, length: Self.slackBlocks * block, path)
        spare = Decoy(file, Layout())
      }
      guard var seed = try GrowingFile(volume, path) else { return nil }
      // Decoys may hold parts of the run that is wanted: they give these back before it grows.
      if let home = free.run(holding: seed.place), home == free.run(holding: wanted.start),
        let start = start(seed, wanted, home, block)
      {
        // What the decoys and the spare file held, also of this run, must be free before it is
        // needed.
        let mustSettle = isLarge || !decoys.isEmpty
        decoys.removeAll()
        spare = nil
        if mustSettle { try volume.settle() }
        return try finish(seed, at: start, volume)
      }
      guard let home = left.run(holding: seed.place) else {
        decoys.append(try seed.decoy(volume))
        continue
      }
      let slack = ByteCount(Self.slackBlocks * block)
      if home.length > slack {
        let end = DeviceOffset(home.end.rawValue - slack.rawValue)
        // A marker in its way is as far as it grows; what is behind is for the next.
        let isInTheWay = seed.place < seed.marker && seed.marker < end
        _ = try seed.grow(to: isInTheWay ? seed.marker : end, volume)
      }
      decoys.append(try seed.decoy(volume))
      _ = spare
    }
    return nil
  }

  /// Where the file can begin that grows from a seed: nil if it cannot in this run.
  private func start(
    _ seed: borrowing GrowingFile, _ wanted: FreeRun, _ home: FreeRun, _ block: UInt64
  ) -> DeviceOffset? {
    var start = max(wanted.start, seed.place)
    if let marked = FreeRun(start: start, length: length), marked.start <= seed.marker,
      seed.marker < marked.end
    {
      start = DeviceOffset(seed.marker.rawValue + block)
    }
    guard let aligned = alignment.first(from: start),
      let end = try? aligned.advanced(by: length), end <= home.end
    else { return nil }
    return aligned
  }

  private func finish(
    _ seed: consuming GrowingFile, at start: DeviceOffset, _ volume: borrowing MountedVolume
  ) throws(Failure) -> Descriptor? {
    var seed = seed
    guard let end = try? start.advanced(by: length) else { return nil }
    guard try seed.grow(from: start, to: end, volume) else { return nil }
    try seed.cut(to: length)
    guard isRight(try volume.layout(of: seed.file, path)) else { return nil }
    return seed.file
  }

  /// Whether a layout is one run of the file's length that begins where it may.
  private func isRight(_ layout: Layout) -> Bool {
    layout.runs.count == 1 && layout.runs[0].length == length
      && layout.runs[0].logical == FileOffset(0) && alignment.accepts(layout.runs[0].physical)
  }
}
