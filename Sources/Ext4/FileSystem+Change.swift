internal import CExt2fs

/// Changing an unmounted file system: claim, begin, make, commit.
///
/// Nothing reaches the device before `beginChanges`; from there to `commitChanges` the file
/// system is marked as not clean, so that a change that was cut off is seen.
extension FileSystem {
  /// Names of features under which this code would not keep the file system whole: everything
  /// but what it is known to keep. A word of feature bits and the bits: ext2_fs.h.
  public var featuresForbiddingChange: [String] {
    var names: [String] = []
    func add(_ bits: UInt32, _ word: String) {
      if bits != 0 { names.append("\(word) 0x" + String(bits, radix: 16)) }
    }
    add(features.compatible & ~Self.keptCompatible, "compat")
    add(features.incompatible & ~Self.keptIncompatible, "incompat")
    add(features.readOnlyCompatible & ~Self.keptReadOnly, "ro_compat")
    return names
  }

  /// Files can be kept as extents: `EXT3_FEATURE_INCOMPAT_EXTENTS`.
  public var hasExtents: Bool {
    features.incompatible & UInt32(EXT3_FEATURE_INCOMPAT_EXTENTS) != 0
  }

  /// How many inodes are free, as the superblock counts them.
  public var freeInodeCount: UInt32 {
    unsafe handle.pointee.super.pointee.s_free_inodes_count
  }

  /// Reads the bitmaps, which claiming and making need.
  ///
  /// The corresponding C function is `ext2fs_read_bitmaps`.
  public func readBitmaps() throws(Ext4Error) {
    try check(unsafe ext2fs_read_bitmaps(handle))
  }

  /// Counts blocks as used from now on; in memory until `commitChanges`.
  ///
  /// The corresponding C function is `ext2fs_block_alloc_stats_range`.
  /// - Throws: `damage` for blocks outside the file system.
  public func claim(_ blocks: Range<UInt64>) throws(Ext4Error) {
    guard blocks.upperBound <= blockCount else {
      throw .damage(Damage(.outside, block: blocks.lowerBound))
    }
    var position = blocks.lowerBound
    while position < blocks.upperBound {
      // The library's count is 32 bits wide.
      let count = blk_t(min(blocks.upperBound - position, UInt64(Int32.max)))
      unsafe ext2fs_block_alloc_stats_range(handle, position, count, 1)
      position += UInt64(count)
    }
  }

  /// Marks the file system on the device as not clean.
  ///
  /// The corresponding C function is `ext2fs_flush2`.
  public func beginChanges() throws(Ext4Error) {
    unsafe handle.pointee.super.pointee.s_state &= ~UInt16(EXT2_VALID_FS)
    let flags = unsafe handle.pointee.flags
    unsafe handle.pointee.flags |= EXT2_FLAG_DIRTY | EXT2_FLAG_SUPER_ONLY
    defer { unsafe handle.pointee.flags = flags }
    try check(unsafe ext2fs_flush2(handle, 0))
  }

  /// Writes bitmaps, descriptors and superblock, and marks the file system as clean again.
  ///
  /// The corresponding C functions are `ext2fs_write_bitmaps` and `ext2fs_flush2`.
  public func commitChanges() throws(Ext4Error) {
    findings.forget()
    try check(unsafe ext2fs_write_bitmaps(handle))
    unsafe handle.pointee.flags |= EXT2_FLAG_DIRTY
    try check(unsafe ext2fs_flush2(handle, 0))
    unsafe handle.pointee.super.pointee.s_state |= UInt16(EXT2_VALID_FS)
    unsafe handle.pointee.flags |= EXT2_FLAG_DIRTY | EXT2_FLAG_SUPER_ONLY
    try check(unsafe ext2fs_flush2(handle, 0))
    unsafe handle.pointee.flags &= ~EXT2_FLAG_SUPER_ONLY
  }

  private static var keptCompatible: UInt32 {
    UInt32(
      EXT2_FEATURE_COMPAT_DIR_PREALLOC | EXT3_FEATURE_COMPAT_HAS_JOURNAL
        | EXT2_FEATURE_COMPAT_EXT_ATTR | EXT2_FEATURE_COMPAT_RESIZE_INODE
        | EXT2_FEATURE_COMPAT_DIR_INDEX | EXT4_FEATURE_COMPAT_SPARSE_SUPER2
        | EXT4_FEATURE_COMPAT_FAST_COMMIT | EXT4_FEATURE_COMPAT_ORPHAN_FILE)
  }

  private static var keptIncompatible: UInt32 {
    UInt32(
      EXT2_FEATURE_INCOMPAT_FILETYPE | EXT3_FEATURE_INCOMPAT_EXTENTS
        | EXT4_FEATURE_INCOMPAT_64BIT | EXT4_FEATURE_INCOMPAT_FLEX_BG
        | EXT2_FEATURE_INCOMPAT_META_BG | EXT4_FEATURE_INCOMPAT_CSUM_SEED
        | EXT4_FEATURE_INCOMPAT_LARGEDIR)
  }

  private static var keptReadOnly: UInt32 {
    UInt32(
      EXT2_FEATURE_RO_COMPAT_SPARSE_SUPER | EXT2_FEATURE_RO_COMPAT_LARGE_FILE
        | EXT4_FEATURE_RO_COMPAT_HUGE_FILE | EXT4_FEATURE_RO_COMPAT_GDT_CSUM
        | EXT4_FEATURE_RO_COMPAT_DIR_NLINK | EXT4_FEATURE_RO_COMPAT_EXTRA_ISIZE
        | EXT4_FEATURE_RO_COMPAT_METADATA_CSUM)
  }
}
