internal import CExt2fs

/// Extended attributes, as far as an inode's count of blocks depends on them.
extension FileSystem {
  /// How many bytes of clusters the values of attributes take that lie in inodes of their own:
  /// the inode with the attribute counts them too (fs/ext4/xattr.c, `ext4_xattr_inode_alloc_quota`).
  ///
  /// The corresponding C function is `ext2fs_read_ext_attr3`.
  /// - Throws: `damage` for attributes that contradict themselves.
  func bytesOfAttributeInodes(
    of inode: Inode, _ geometry: Geometry
  ) throws(Ext4Error) -> UInt64 {
    guard features.incompatible & UInt32(EXT4_FEATURE_INCOMPAT_EA_INODE) != 0 else { return 0 }
    var total = try inlineAttributeBytes(of: inode, geometry)
    let block = inode.attributeBlock(features)
    if block != 0 {
      var bytes = [UInt8](repeating: 0, count: Int(blockSize))
      let code = unsafe bytes.withUnsafeMutableBytes { bytes in
        unsafe ext2fs_read_ext_attr3(handle, block, bytes.baseAddress, inode.number)
      }
      try check(code)
      total += try attributeBytes(
        in: bytes, from: MemoryLayout<ext2_ext_attr_header>.size, geometry)
    }
    return total
  }

  private func inlineAttributeBytes(
    of inode: Inode, _ geometry: Geometry
  ) throws(Ext4Error) -> UInt64 {
    let bytes = try wholeInode(inode.number)
    guard bytes.count > 128 else { return 0 }
    let start = 128 + Int(bytes.word16(128))
    guard start + 4 <= bytes.count, bytes.word32(start) == UInt32(EXT2_EXT_ATTR_MAGIC) else {
      return 0
    }
    return try attributeBytes(in: bytes, from: start + 4, geometry)
  }

  /// - Parameter start: where the entries begin: `struct ext2_ext_attr_entry`, ext2_ext_attr.h.
  private func attributeBytes(
    in bytes: [UInt8], from start: Int, _ geometry: Geometry
  ) throws(Ext4Error) -> UInt64 {
    let unit = geometry.blockSize << geometry.clusterBits
    var total: UInt64 = 0
    var entry = start
    while true {
      guard entry + 4 <= bytes.count else { throw .damage(Damage(.attributes)) }
      if bytes.word32(entry) == 0 { return total }
      guard entry + 16 <= bytes.count else { throw .damage(Damage(.attributes)) }
      if bytes.word32(entry + 4) != 0 {
        total += (UInt64(bytes.word32(entry + 8)) + unit - 1) / unit * unit
      }
      entry += (Int(bytes[entry]) + 16 + 3) / 4 * 4
    }
  }

  /// All bytes of an inode, whose first 128 are what `Inode` has.
  ///
  /// The corresponding C function is `ext2fs_read_inode_full`.
  func wholeInode(_ number: UInt32) throws(Ext4Error) -> [UInt8] {
    let isOld = unsafe handle.pointee.super.pointee.s_rev_level == UInt32(EXT2_GOOD_OLD_REV)
    let size = unsafe isOld ? 128 : Int(handle.pointee.super.pointee.s_inode_size)
    var bytes = [UInt8](repeating: 0, count: size)
    let code = unsafe bytes.withUnsafeMutableBytes { bytes in
      unsafe ext2fs_read_inode_full(
        handle, number, bytes.baseAddress?.assumingMemoryBound(to: ext2_inode.self), Int32(size))
    }
    try check(code)
    return bytes
  }
}
