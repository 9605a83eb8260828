internal import CExt2fs
public import Linux

/// Changing an unmounted file system: claim, begin, make, write, commit.
///
/// Nothing reaches the device before `beginChanges`; from there to `commitChanges` the file
/// system is marked as not clean, so that a change that was cut off is seen.
extension FileSystem {
  /// The features under which this code would not keep the file system whole: `Feature`.
  public var featuresForbiddingChange: [String] {
    Feature.notKept(features.compatible, .compatible)
      + Feature.notKept(features.incompatible, .incompatible)
      + Feature.notKept(features.readOnlyCompatible, .readOnlyCompatible)
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

  /// Chooses what the library takes for now, as in the superblock's times, whole seconds from 1 on.
  ///
  /// Source: `now` of `struct_ext2_filsys`, ext2fs.h.
  public func setNow(_ time: Status.Time) {
    unsafe handle.pointee.now = time_t(time.seconds)
  }

  /// Counts a run of bytes as used from now on; in memory until `commitChanges`.
  ///
  /// The corresponding C function is `ext2fs_block_alloc_stats_range`.
  /// - Parameter run: whole blocks.
  /// - Throws: `damage` for what lies outside the file system.
  public func claim(_ run: Range<UInt64>) throws(Ext4Error) {
    let blocks = try blocks(of: run)
    var position = blocks.lowerBound
    while position < blocks.upperBound {
      // The library's count is 32 bits wide.
      let count = blk_t(min(blocks.upperBound - position, UInt64(Int32.max)))
      unsafe ext2fs_block_alloc_stats_range(handle, position, count, 1)
      position += UInt64(count)
    }
  }

  /// The blocks of a run of bytes.
  /// - Throws: `damage` for what are not whole blocks of the file system.
  func blocks(of run: Range<UInt64>) throws(Ext4Error) -> Range<UInt64> {
    let unit = UInt64(blockSize)
    let blocks = run.lowerBound / unit..<run.upperBound / unit
    guard run.lowerBound % unit == 0, run.upperBound % unit == 0, blocks.upperBound <= blockCount
    else { throw .damage(Damage(.outside, block: blocks.lowerBound)) }
    return blocks
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

  /// Writes all that was changed so far, and waits until it is on the device.
  ///
  /// The corresponding C functions are `ext2fs_write_bitmaps` and `ext2fs_flush2`.
  public func writeChanges() throws(Ext4Error) {
    findings.forget()
    try check(unsafe ext2fs_write_bitmaps(handle))
    unsafe handle.pointee.flags |= EXT2_FLAG_DIRTY
    try check(unsafe ext2fs_flush2(handle, 0))
  }

  /// Writes all changes, and marks the file system as clean again.
  ///
  /// The corresponding C function is `ext2fs_flush2`.
  public func commitChanges() throws(Ext4Error) {
    try writeChanges()
    unsafe handle.pointee.super.pointee.s_state |= UInt16(EXT2_VALID_FS)
    unsafe handle.pointee.flags |= EXT2_FLAG_DIRTY | EXT2_FLAG_SUPER_ONLY
    try check(unsafe ext2fs_flush2(handle, 0))
    unsafe handle.pointee.flags &= ~EXT2_FLAG_SUPER_ONLY
  }
}
