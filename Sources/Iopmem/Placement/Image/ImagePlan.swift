internal import SystemPackage

/// Which blocks of an unmounted file system the files of a manifest get.
struct ImagePlan {
  /// For each entry of the manifest the runs of its file, in the file's order.
  private(set) var runs: [[FreeRun]]
  private let manifest: Manifest
  private let blockSize: ByteCount

  /// Chooses the blocks of every file, the longest files first.
  /// - Throws: `Failure` for the first file that cannot be had, naming the largest aligned run.
  init(
    _ manifest: Manifest, in free: FreeSpace, _ options: PlacementOptions, origin: BarOffset,
    blockSize: ByteCount, path: (Manifest.Entry) -> FilePath
  ) throws(Failure) {
    self.manifest = manifest
    self.blockSize = blockSize
    runs = Array(repeating: [], count: manifest.entries.count)
    var free = free
    for index in manifest.filesByLength {
      let entry = manifest.entries[index]
      guard let length = try? entry.content.fileSize?.roundedUp(to: blockSize) else {
        throw .tooLarge(path(entry))
      }
      guard length > .zero else { continue }
      guard length <= free.total else {
        throw .noSpace(path(entry), needed: length, free: free.total)
      }
      if options.allowsFragments {
        runs[index] = free.takePieces(length) ?? []
        continue
      }
      let alignment = options.alignment(ofLength: length, origin: origin, blockSize: blockSize)
      guard let run = free.take(length, alignment) else {
        throw .fragmented(
          path(entry), length: length, alignment, largest: free.largest(alignment))
      }
      runs[index] = [run]
    }
    try expectRoomForNames(in: free, path)
  }

  /// Directories, long links and the nodes of extent trees take blocks too, when it is too late
  /// to turn back: there must be more than enough of them now.
  private func expectRoomForNames(
    in free: FreeSpace, _ path: (Manifest.Entry) -> FilePath
  ) throws(Failure) {
    let block = blockSize.rawValue
    var bytes: UInt64 = 0
    for index in manifest.entries.indices {
      // An entry of a directory takes 8 bytes and its name, and at worst as much again is left
      // over at the end of a block; each thing may need a block of its own, and an extent tree
      // one for some 300 extents of 128 MiB, or of one block.
      bytes += 2 * (12 + 256) + block
      for run in runs[index] { bytes += block + run.length.rawValue / 32_768 / 64 }
    }
    bytes += 8 * block
    if free.total.rawValue < bytes, let last = manifest.entries.last {
      throw .noSpace(path(last), needed: ByteCount(bytes), free: free.total)
    }
  }
}
