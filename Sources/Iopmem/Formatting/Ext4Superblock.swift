/// The superblock of ext2, ext3 and ext4, as far as it is read here without libext2fs, which opens
/// no mounted one without doubt.
///
/// Offsets are those of `struct ext4_super_block`, fs/ext4/ext4.h, at byte 1024; little-endian.
struct Ext4Superblock: Hashable {
  /// How long a block is.
  let blockSize: UInt32
  /// How many blocks there are: `s_blocks_count_lo`, and with `EXT4_FEATURE_INCOMPAT_64BIT`
  /// `s_blocks_count_hi`.
  let blockCount: UInt64
  /// `EXT4_FEATURE_COMPAT_HAS_JOURNAL`.
  let hasJournal: Bool
  /// How long the journal is, in bytes, by the copy of its inode: `s_jnl_blocks`; nil without one.
  let journalLength: UInt64?
  /// How many blocks a stripe of the allocator has: `s_raid_stripe_width`.
  let stripeWidth: UInt32
  /// How many inodes there are: `s_inodes_count`.
  let inodeCount: UInt32

  /// The superblock in a device's first bytes; nil when they hold none.
  init?(_ start: [UInt8]) {
    guard start.count >= 2048, start[1024 + 0x38] == 0x53, start[1024 + 0x39] == 0xEF else {
      return nil
    }
    func number(_ offset: Int) -> UInt32 {
      start[1024 + offset..<1024 + offset + 4].reversed().reduce(0) { $0 << 8 | UInt32($1) }
    }
    // 1024 << s_log_block_size, of which 6 is the most: EXT4_MAX_BLOCK_LOG_SIZE.
    guard number(0x18) <= 6 else { return nil }
    blockSize = 1024 << number(0x18)
    let upper = number(0x60) & 0x80 != 0 ? number(0x150) : 0
    blockCount = UInt64(upper) << 32 | UInt64(number(4))
    hasJournal = number(0x5C) & 4 != 0
    // `EXT3_JNL_BACKUP_BLOCKS` says that the copy is one; the size's upper half comes first.
    let hasCopy = start[1024 + 0xFD] == 1
    journalLength = hasCopy ? UInt64(number(0x148)) << 32 | UInt64(number(0x14C)) : nil
    stripeWidth = number(0x170)
    inodeCount = number(0)
  }
}
