internal import CExt2fs
internal import Linux

extension FileSystem {
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
