internal import Linux
internal import SystemPackage

/// Blocks that ext4 keeps in advance for the next small files, for each processor that wrote some.
///
/// The superblock counts them as free, but only a small file written on the same processor gets
/// them: `ext4_mb_group_or_file` and `ext4_mb_use_preallocated`, fs/ext4/mballoc.c. ext4 releases
/// them only when nothing else is free, or on unmounting. So small files without a name use them
/// up; once those files are closed, the blocks are as free as any.
struct Preallocation {
  /// The free runs without what is kept in advance.
  let free: FreeSpace

  /// The most blocks of a file that counts as small: `MB_DEFAULT_STREAM_THRESHOLD`.
  private static let smallBlocks: UInt64 = 16
  /// How many files on each processor at most: four times what is kept as a rule, 2 MiB.
  private static let mostFiles = 128

  /// Uses up what ext4 keeps for all processors that this process may run on. It is free once the
  /// file system has settled.
  func useUp(_ volume: borrowing MountedVolume) throws(Failure) {
    let affinity = try explain(volume.path, "cannot allocate") { () throws(Errno) in
      try Affinity()
    }
    for processor in 0..<Affinity.processors {
      let isThere = try explain(volume.path, "cannot allocate") { () throws(Errno) in
        try affinity.move(to: processor)
      }
      if isThere { try useUpHere(volume) }
    }
  }

  /// Uses up what is kept for the processor that this thread runs on, first in long pieces, at
  /// last by single blocks: what is left of a kept run may be shorter than a request.
  private func useUpHere(_ volume: borrowing MountedVolume) throws(Failure) {
    var files: [PlaceholderFile] = []
    var blocks = Self.smallBlocks
    while blocks > 0, files.count < Self.mostFiles, let file = try volume.makeSpareFile() {
      let isMade = try file.reserve(
        from: 0, length: blocks * volume.blockSize.rawValue, volume.path)
      let layout = try volume.layout(of: file, volume.path)
      let wasKept = layout.runs.first.map { free.run(holding: $0.physical) == nil } ?? false
      if !isMade || !wasKept { blocks /= 2 }
      files.append(PlaceholderFile(file, layout))
    }
  }
}

extension MountedVolume {
  /// Frees what no file has: what was deleted a moment ago, and what ext4 keeps in advance. Waits
  /// for the device.
  /// - Returns: the free runs; nil if the file system does not list them.
  func reclaimedSpace() throws(Failure) -> FreeSpace? {
    try settle()
    guard let free = freeSpace(), kind == .ext4 else { return freeSpace() }
    let count = try explain(path, "cannot read") { () throws(Errno) in
      ByteCount(try directory.freeSpace().free)
    }
    guard count > free.total else { return free }
    try Preallocation(free: free).useUp(self)
    try settle()
    return freeSpace()
  }
}
