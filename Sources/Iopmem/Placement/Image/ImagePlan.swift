internal import SystemPackage

/// Which free runs of an unmounted file system each file gets.
struct ImagePlan {
  /// The names, parents first.
  private(set) var entries: [PlannedEntry]
  private let blockSize: ByteCount

  /// The runs of all files.
  var runs: some Sequence<FreeRun> { entries.lazy.flatMap(\.runs) }

  /// Chooses the blocks of every file, the longest files first.
  /// - Throws: `Failure` for the first file that cannot be had, naming the largest aligned run.
  init(
    _ target: ImageTarget, in free: FreeSpace, _ options: PlacementOptions, origin: BarOffset,
    blockSize: ByteCount
  ) throws(Failure) {
    try self.init(
      target.manifest, in: free, options, origin: origin, blockSize: blockSize, target.path)
  }

  /// - Parameter path: the path in the image that an entry will have.
  init(
    _ manifest: Manifest, in free: FreeSpace, _ options: PlacementOptions, origin: BarOffset,
    blockSize: ByteCount, _ path: (Manifest.Entry) -> FilePath
  ) throws(Failure) {
    self.blockSize = blockSize
    entries = manifest.entries.map { PlannedEntry(entry: $0, path: path($0)) }
    var free = free
    for index in manifest.filesByLength {
      let path = entries[index].path
      guard let length = try? entries[index].entry.content.fileSize?.roundedUp(to: blockSize)
      else { throw .tooLarge(path) }
      // An extent tree counts a file's blocks in 32 bits.
      guard length.rawValue / blockSize.rawValue < UInt32.max else { throw .tooLarge(path) }
      guard length > .zero else { continue }
      guard length <= free.total else {
        throw .noSpace(path, needed: length, free: free.total)
      }
      if options.allowsFragments {
        entries[index].runs = free.takePieces(length) ?? []
        continue
      }
      var own = options
      own.alignment = entries[index].entry.given?.alignment ?? options.alignment
      let alignment = own.alignment(ofLength: length, origin: origin, blockSize: blockSize)
      guard let run = free.take(length, alignment) else {
        throw .fragmented(path, length: length, alignment, largest: free.largest(alignment))
      }
      entries[index].alignment = alignment
      entries[index].runs = [run]
    }
    for planned in entries {
      if case .link(let target) = planned.entry.content, target.count >= Int(blockSize.rawValue) {
        throw Failure(.refused, planned.path, "would be a link longer than a block")
      }
    }
    try expectRoomForNames(in: free)
  }

  /// Checks that enough blocks are left for directories, long links and the nodes of extent trees,
  /// which are allocated when it is too late to turn back.
  private func expectRoomForNames(in free: FreeSpace) throws(Failure) {
    let block = blockSize.rawValue
    var bytes: UInt64 = 0
    for planned in entries {
      // An entry of a directory takes 8 bytes and its name, and at worst as much again is left
      // over at the end of a block; each thing may need a block of its own, and an extent tree
      // one for some 300 extents of 128 MiB, or of one block.
      bytes += 2 * (12 + 256) + block
      // The block of its record.
      if planned.entry.given != nil { bytes += block }
      for run in planned.runs { bytes += block + run.length.rawValue / 32_768 / 64 }
    }
    bytes += 8 * block
    if free.total.rawValue < bytes, let last = entries.last {
      throw .noSpace(last.path, needed: ByteCount(bytes), free: free.total)
    }
  }
}
