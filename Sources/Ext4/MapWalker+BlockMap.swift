internal import CExt2fs

extension MapWalker {
  /// Walks a map of single blocks, as ext2 and ext3 keep it: twelve, then one, two and three
  /// levels of blocks full of them.
  ///
  /// A hole is where a number is zero, and nothing else is.
  mutating func walkBlockMap(
    _ fileSystem: borrowing FileSystem, _ body: (MappedRun) throws(Ext4Error) -> Void
  ) throws(Ext4Error) {
    var joiner = BlockJoiner()
    let map = inode.mapBytes
    var logical: UInt64 = 0
    for index in 0..<map.count / 4 {
      let level = max(0, index - Int(EXT2_IND_BLOCK) + 1)
      try descend(
        to: UInt64(map.word32(4 * index)), level, at: &logical, &joiner, fileSystem, body)
    }
    if let run = joiner.end() { try deliver(run, fileSystem, body) }
  }

  /// - Parameters:
  ///   - level: 0 for data.
  ///   - logical: goes on by what the number stands for.
  private mutating func descend(
    to block: UInt64, _ level: Int, at logical: inout UInt64, _ joiner: inout BlockJoiner,
    _ fileSystem: borrowing FileSystem, _ body: (MappedRun) throws(Ext4Error) -> Void
  ) throws(Ext4Error) {
    let fanout = geometry.blockSize / 4
    guard block != 0 else {
      // Past what fits, nothing follows that could have a place.
      logical = (0..<level).reduce(1) { count, _ in count * fanout } + logical
      return
    }
    guard logical < Self.limit else { throw damage(.length, block, at: logical) }
    if level == 0 {
      if let run = joiner.add(logical, block) { try deliver(run, fileSystem, body) }
      logical += 1
      return
    }
    // What is a map twice could make the walk longer than any device.
    guard joiner.maps.insert(block).inserted else {
      throw damage(.usedTwice, block, at: logical)
    }
    try takeMetadata(block, at: logical, fileSystem)
    try body(MappedRun(logical: logical, physical: block, count: 1, content: .map))
    let bytes = try fileSystem.readBlock(block)
    for index in 0..<Int(fanout) {
      try descend(
        to: UInt64(bytes.word32(4 * index)), level - 1, at: &logical, &joiner, fileSystem, body)
    }
  }

  private mutating func deliver(
    _ run: MappedRun, _ fileSystem: borrowing FileSystem,
    _ body: (MappedRun) throws(Ext4Error) -> Void
  ) throws(Ext4Error) {
    try take(run, fileSystem)
    try body(run)
  }
}

/// Gathers single blocks into runs.
private struct BlockJoiner {
  /// The blocks of the map that were read.
  var maps: Set<UInt64> = []
  private var run: MappedRun?

  /// - Returns: the run before, if this block does not continue it.
  mutating func add(_ logical: UInt64, _ physical: UInt64) -> MappedRun? {
    if let last = run, logical == last.logical + last.count, physical == last.physical + last.count
    {
      run?.count += 1
      return nil
    }
    defer { run = MappedRun(logical: logical, physical: physical, count: 1) }
    return run
  }

  /// The last run.
  mutating func end() -> MappedRun? {
    defer { run = nil }
    return run
  }
}
