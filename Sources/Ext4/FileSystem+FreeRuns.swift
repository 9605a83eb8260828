internal import CExt2fs

extension FileSystem {
  /// Calls a body with each free run, in bytes and in the order of the device.
  public func forEachFreeRun(_ body: (Range<UInt64>) -> Void) throws(Ext4Error) {
    _ = try byteCount()
    let unit = UInt64(blockSize)
    // Inside the file system, whose bytes fit.
    try forEachFreeBlockRun { body($0.lowerBound * unit..<$0.upperBound * unit) }
  }

  /// Calls a body with each run of free blocks, in the order of the device.
  ///
  /// The bitmap is read on the first call; the corresponding C functions are
  /// `ext2fs_read_block_bitmap` and `ext2fs_find_first_zero_block_bitmap2`.
  func forEachFreeBlockRun(_ body: (Range<UInt64>) -> Void) throws(Ext4Error) {
    if unsafe handle.pointee.block_map == nil { try check(unsafe ext2fs_read_block_bitmap(handle)) }
    let bitmap = unsafe handle.pointee.block_map
    let end = blockCount
    guard end > 0 else { return }
    var position = unsafe UInt64(handle.pointee.super.pointee.s_first_data_block)
    while position < end {
      var first: blk64_t = 0
      let free = unsafe ext2fs_find_first_zero_block_bitmap2(bitmap, position, end - 1, &first)
      if free == Int(ENOENT) { return }
      try check(free)
      var next: blk64_t = end
      let used = unsafe ext2fs_find_first_set_block_bitmap2(bitmap, first, end - 1, &next)
      if used == Int(ENOENT) { next = end } else { try check(used) }
      guard next > first else { throw .damage(Damage(.freeRuns)) }
      body(first..<next)
      position = next
    }
  }
}
