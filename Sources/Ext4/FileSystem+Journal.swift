internal import CExt2fs
internal import Linux

extension FileSystem {
  /// Finds the runs of bytes of the journal that lies in the file system; none where there is none.
  ///
  /// They do not change while the file system is mounted, so that this holds for one that is, too.
  /// - Throws: `damage` for an inode that is no journal's.
  public func journalRuns() throws(Ext4Error) -> [Range<UInt64>] {
    let number = unsafe features.hasJournal ? handle.pointee.super.pointee.s_journal_inum : 0
    guard number != 0 else { return [] }
    let geometry = try geometry()
    let inode = try inode(number)
    var runs: [(logical: UInt64, blocks: Range<UInt64>)] = []
    try walk(inode, .bounds, geometry) { run in
      if run.content == .data { runs.append((run.logical, run.blocks)) }
    }
    try expectJournal(inode, at: runs.first { $0.logical == 0 }?.blocks.lowerBound, geometry)
    _ = try byteCount()
    // Inside the file system, whose bytes fit.
    return runs.map {
      $0.blocks.lowerBound * UInt64(blockSize)..<$0.blocks.upperBound * UInt64(blockSize)
    }
  }

  /// Checks that the journal's inode is one, and that a journal begins where its map begins: the
  /// kernel mounts nothing else (fs/jbd2/journal.c, `journal_get_superblock`).
  /// - Parameter start: the first block; nil where the map begins with a hole.
  func expectJournal(
    _ inode: Inode, at start: UInt64?, _ geometry: Geometry
  ) throws(Ext4Error) {
    try expectOpenable(inode)
    guard inode.kind == .regular, inode.links > 0, let start else {
      throw .damage(Damage(.journal, block: start))
    }
    let block = try readBlock(start)
    // `struct journal_superblock_s`, the highest byte first: Documentation/filesystems/ext4/journal.rst.
    func word(_ offset: Int) -> UInt32 { block.word32(offset).byteSwapped }
    let length = UInt64(word(16))
    guard word(0) == 0xC03B_3998, (3...4).contains(word(4)), UInt64(word(12)) == geometry.blockSize,
      length <= inode.size / geometry.blockSize, (1..<length).contains(UInt64(word(20)))
    else { throw .damage(Damage(.journal, block: start)) }
  }
}
