/// How a file system numbers its blocks and inodes.
struct Geometry: Sendable {
  /// Bytes in a block.
  let blockSize: UInt64
  let blockCount: UInt64
  /// The first block that a group has, and that no file can have.
  let firstDataBlock: UInt64
  let blocksPerGroup: UInt64
  /// log2 of how many blocks a bit of a bitmap stands for.
  let clusterBits: UInt64
  let groupCount: UInt32
  let inodesPerGroup: UInt32
  let inodeCount: UInt32
  /// The first inode that can have a name, besides the root.
  let firstInode: UInt32
  /// Inodes count with 48 bits, some in blocks: `EXT4_FEATURE_RO_COMPAT_HUGE_FILE`.
  let countsHugeFiles: Bool

  /// The blocks of a group; the last one can be shorter.
  func blocks(of group: UInt32) -> Range<UInt64> {
    let first = firstDataBlock + UInt64(group) * blocksPerGroup
    return first..<max(first, min(first + blocksPerGroup, blockCount))
  }

  /// The group of a block that is not before the first.
  func group(of block: UInt64) -> UInt32 {
    UInt32(clamping: (block - firstDataBlock) / blocksPerGroup)
  }

  /// Whether a file can have a run of blocks as far as its bounds go: fs/ext4/block_validity.c,
  /// `ext4_sb_block_valid`.
  func holds(_ first: UInt64, _ count: UInt64) -> Bool {
    let (end, overflow) = first.addingReportingOverflow(count)
    return !overflow && count > 0 && first > firstDataBlock && end <= blockCount
  }

  /// The whole clusters that a run touches.
  func clusters(of blocks: Range<UInt64>) -> Range<UInt64> {
    let last = (blocks.upperBound - 1) >> clusterBits
    return (blocks.lowerBound >> clusterBits) << clusterBits..<(last + 1) << clusterBits
  }
}
