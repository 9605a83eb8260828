internal import CExt2fs
public import Linux

extension FileSystem {
  /// Calls a body with each extent of a file, in the file's order, as FIEMAP would report it.
  ///
  /// Inline data is one extent with `DATA_INLINE` and no place.
  /// - Throws: `Ext4Error.corrupted` for an extent that passes the end of the file system, lies
  ///   on its own structures, or goes backwards in the file.
  public func forEachExtent(
    of inode: Inode, _ body: (FiemapExtent) -> Void
  ) throws(Ext4Error) {
    if inode.isInline {
      return body(
        FiemapExtent(logical: 0, physical: 0, length: inode.size, flags: FiemapFlag.inlineData))
    }
    var end: UInt64 = 0
    func take(_ run: MappedRun) throws(Ext4Error) {
      guard run.logical >= end, canHoldData(from: run.physical, count: run.count) else {
        throw .corrupted
      }
      // A run inside the file system: its bytes fit, since all of the file system's do.
      end = run.logical + run.count
      let unit = UInt64(blockSize)
      body(
        FiemapExtent(
          logical: run.logical * unit, physical: run.physical * unit, length: run.count * unit,
          flags: run.isUnwritten ? FiemapFlag.unwritten : 0))
    }
    // Both the last byte of the device and the last that a file can have must be countable.
    _ = try byteCount()
    if inode.hasExtentTree {
      try forEachLeaf(of: inode, take)
    } else {
      try forEachMappedBlockRun(of: inode, take)
    }
  }

  /// The corresponding C functions are `ext2fs_extent_open2` and `ext2fs_extent_get`.
  private func forEachLeaf(
    of inode: Inode, _ body: (MappedRun) throws(Ext4Error) -> Void
  ) throws(Ext4Error) {
    var raw = inode.raw
    // The library keeps the pointer as long as the tree is open.
    try unsafe withUnsafeMutablePointer(to: &raw) { (raw) throws(Ext4Error) in
      var opened: ext2_extent_handle_t?
      try check(unsafe ext2fs_extent_open2(handle, inode.number, raw, &opened))
      guard let tree = unsafe opened else { throw .corrupted }
      defer { unsafe ext2fs_extent_free(tree) }
      unsafe try forEachLeaf(in: tree, body)
    }
  }

  private func forEachLeaf(
    in tree: ext2_extent_handle_t, _ body: (MappedRun) throws(Ext4Error) -> Void
  ) throws(Ext4Error) {
    var step = EXT2_EXTENT_ROOT
    while true {
      var extent = ext2fs_extent()
      let code = unsafe ext2fs_extent_get(tree, step, &extent)
      if code == EXT2_ET_EXTENT_NO_NEXT
        || (code == EXT2_ET_NO_CURRENT_NODE && step == EXT2_EXTENT_ROOT)
      {
        return
      }
      try check(code)
      step = EXT2_EXTENT_NEXT_LEAF
      guard extent.e_flags & UInt32(EXT2_EXTENT_FLAGS_LEAF) != 0 else { continue }
      try body(
        MappedRun(
          logical: extent.e_lblk, physical: extent.e_pblk, count: UInt64(extent.e_len),
          isUnwritten: extent.e_flags & UInt32(EXT2_EXTENT_FLAGS_UNINIT) != 0))
    }
  }

  /// Joins the blocks of a file that keeps a block map, as ext2 and ext3 do.
  ///
  /// The corresponding C function is `ext2fs_block_iterate3`.
  private func forEachMappedBlockRun(
    of inode: Inode, _ body: (MappedRun) throws(Ext4Error) -> Void
  ) throws(Ext4Error) {
    try withoutActuallyEscaping(body) { (body) throws(Ext4Error) in
      var joiner = BlockJoiner(body: body)
      let flags = BLOCK_FLAG_READ_ONLY | BLOCK_FLAG_DATA_ONLY
      let code = unsafe withUnsafeMutablePointer(to: &joiner) { context in
        unsafe ext2fs_block_iterate3(
          handle, inode.number, flags, nil,
          { _, block, logical, _, _, context in
            guard let block = unsafe block,
              let joiner = unsafe context?.assumingMemoryBound(to: BlockJoiner.self)
            else { return BLOCK_ABORT }
            return unsafe joiner.pointee.add(logical, block.pointee) ? 0 : BLOCK_ABORT
          }, context)
      }
      try check(code)
      try joiner.finish()
    }
  }
}

/// A run of blocks of a file, as the file system keeps it.
private struct MappedRun {
  var logical: UInt64
  var physical: UInt64
  var count: UInt64
  var isUnwritten = false
}

/// Gathers single blocks into runs; C code between it and its caller cannot carry errors.
private struct BlockJoiner {
  let body: (MappedRun) throws(Ext4Error) -> Void
  private var run: MappedRun?
  private var error: Ext4Error?

  init(body: @escaping (MappedRun) throws(Ext4Error) -> Void) { self.body = body }

  /// Whether to go on.
  mutating func add(_ logical: Int64, _ physical: UInt64) -> Bool {
    guard let logical = UInt64(exactly: logical) else { return true }
    if let last = run, logical == last.logical + last.count, physical == last.physical + last.count
    {
      run?.count += 1
      return true
    }
    deliver()
    run = MappedRun(logical: logical, physical: physical, count: 1)
    return error == nil
  }

  mutating func finish() throws(Ext4Error) {
    deliver()
    if let error { throw error }
  }

  private mutating func deliver() {
    guard error == nil, let last = run else { return }
    run = nil
    do { try body(last) } catch { self.error = error }
  }
}

/// The bits of `fe_flags` that this file system can have: linux/fiemap.h.
private enum FiemapFlag {
  static let inlineData: UInt32 = 0x0200 | 0x0100 | 0x0001
  static let unwritten: UInt32 = 0x0800
}
