internal import CExt2fs
public import Linux
internal import SystemPackage

/// New inodes, which nothing names yet.
extension FileSystem {
  /// Makes a file whose bytes lie in these runs of the device, which are claimed and written.
  ///
  /// The corresponding C functions are `ext2fs_new_inode`, `ext2fs_write_new_inode` and
  /// `ext2fs_extent_insert`.
  /// - Parameters:
  ///   - runs: whole blocks, in bytes.
  ///   - directory: where its name will be: inodes of one directory lie together.
  ///   - extended: makes an extended attribute for the inode of this number.
  public func makeFile(
    size: UInt64, runs: [Range<UInt64>], _ attributes: NewAttributes, near directory: UInt32,
    extended: (UInt32) -> ExtendedAttribute? = { _ in nil }
  ) throws(Ext4Error) -> UInt32 {
    let number = try newInode(LINUX_S_IFREG, near: directory)
    var raw = ext2_inode()
    raw.i_mode = UInt16(LINUX_S_IFREG)
    raw.i_links_count = 1
    // Checksums of the tree are made of it too, so it stands before there is one.
    raw.i_generation = nextGeneration(of: number)
    raw.i_flags = UInt32(EXT4_EXTENTS_FL)
    try check(unsafe ext2fs_inode_size_set(handle, &raw, Int64(clamping: size)))
    var blocks: [Range<UInt64>] = []
    for run in runs { blocks.append(try self.blocks(of: run)) }
    let count = blocks.reduce(0) { $0 + UInt64($1.count) }
    try check(unsafe ext2fs_iblk_set(handle, &raw, count))
    unsafe withUnsafeMutableBytes(of: &raw.i_block) { unsafe Self.writeEmptyTree(into: $0) }
    try check(unsafe ext2fs_write_new_inode(handle, number, &raw))
    unsafe ext2fs_inode_alloc_stats2(handle, number, 1, 0)
    // Before there are blocks, so that its own does not come to lie right behind them.
    if let attribute = extended(number) { try set(attribute, of: number) }
    try insert(blocks, into: number)
    try set(attributes, of: number)
    return number
  }

  /// Makes an empty directory; its parent counts it from now on.
  ///
  /// The corresponding C function is `ext2fs_mkdir`.
  public func makeDirectory(
    in parent: UInt32, _ attributes: NewAttributes
  ) throws(Ext4Error) -> UInt32 {
    let number = try newInode(LINUX_S_IFDIR, near: parent)
    try check(unsafe ext2fs_mkdir(handle, parent, number, nil))
    try set(attributes, of: number)
    return number
  }

  /// Makes a symbolic link.
  ///
  /// The corresponding C function is `ext2fs_symlink`.
  public func makeSymbolicLink(
    to target: [UInt8], _ attributes: NewAttributes, near directory: UInt32
  ) throws(Ext4Error) -> UInt32 {
    let number = try newInode(LINUX_S_IFLNK, near: directory)
    // Not by way of a path, which would be tidied up.
    try check(unsafe ext2fs_symlink(handle, directory, number, nil, target.cString))
    try set(attributes, of: number)
    return number
  }

  /// Sets permissions, owner and times.
  ///
  /// The corresponding C function is `ext2fs_write_inode_full`.
  public func set(_ attributes: NewAttributes, of number: UInt32) throws(Ext4Error) {
    var raw = ext2_inode_large()
    let inodeSize = unsafe Int(handle.pointee.super.pointee.s_inode_size)
    let isOld = unsafe handle.pointee.super.pointee.s_rev_level == UInt32(EXT2_GOOD_OLD_REV)
    let size = isOld ? 128 : min(inodeSize, MemoryLayout<ext2_inode_large>.size)
    func transfer(
      _ body: (ext2_filsys, UInt32, UnsafeMutablePointer<ext2_inode>, Int32) -> errcode_t
    ) throws(Ext4Error) {
      let code = unsafe withUnsafeMutablePointer(to: &raw) { pointer in
        unsafe pointer.withMemoryRebound(to: ext2_inode.self, capacity: 1) {
          unsafe body(handle, number, $0, Int32(size))
        }
      }
      try check(code)
    }
    try unsafe transfer { unsafe ext2fs_read_inode_full($0, $1, $2, $3) }
    // What the first 128 bytes leave, up to the part of the structure that is known here.
    let wanted = unsafe handle.pointee.super.pointee.s_want_extra_isize
    let room = UInt16(clamping: size - 128)
    attributes.apply(to: &raw, extra: size > 128 ? min(max(wanted, 28), room) : 0)
    try unsafe transfer { unsafe ext2fs_write_inode_full($0, $1, $2, $3) }
  }

  /// The corresponding C function is `ext2fs_new_inode`.
  private func newInode(_ kind: Int32, near directory: UInt32) throws(Ext4Error) -> UInt32 {
    var number: ext2_ino_t = 0
    try check(unsafe ext2fs_new_inode(handle, directory, kind, nil, &number))
    return number
  }

  /// A generation that the last file with this inode did not have: the next one rather than a
  /// random one, so that the same files make the same bytes.
  ///
  /// What was never used may hold anything, and is nobody's.
  private func nextGeneration(of number: UInt32) -> UInt32 {
    var last = ext2_inode()
    guard unsafe ext2fs_read_inode(handle, number, &last) == 0 else { return 1 }
    return last.i_generation &+ 1
  }

  /// An extent tree with no extent: `struct ext3_extent_header`, ext3_extents.h.
  private static func writeEmptyTree(into block: UnsafeMutableRawBufferPointer) {
    let room =
      (block.count - MemoryLayout<ext3_extent_header>.size)
      / MemoryLayout<ext3_extent>.size
    var header = ext3_extent_header()
    header.eh_magic = UInt16(EXT3_EXT_MAGIC)
    header.eh_max = UInt16(clamping: room)
    unsafe block.storeBytes(of: header, as: ext3_extent_header.self)
  }

  /// The corresponding C functions are `ext2fs_extent_open2` and `ext2fs_extent_insert`.
  private func insert(_ runs: [Range<UInt64>], into number: UInt32) throws(Ext4Error) {
    guard !runs.isEmpty else { return }
    var opened: ext2_extent_handle_t?
    try check(unsafe ext2fs_extent_open2(handle, number, nil, &opened))
    guard let tree = unsafe opened else { throw .damage(Damage(.noNode)) }
    defer { unsafe ext2fs_extent_free(tree) }
    // EXT_INIT_MAX_LEN, ext3_extents.h.
    let longest: UInt64 = 32_768
    var logical: UInt64 = 0
    for run in runs {
      var physical = run.lowerBound
      while physical < run.upperBound {
        let count = min(longest, run.upperBound - physical)
        var extent = ext2fs_extent()
        extent.e_lblk = logical
        extent.e_pblk = physical
        extent.e_len = UInt32(count)
        try check(unsafe ext2fs_extent_insert(tree, EXT2_EXTENT_INSERT_AFTER, &extent))
        physical += count
        logical += count
      }
    }
    try check(unsafe ext2fs_extent_fix_parents(tree))
  }
}
