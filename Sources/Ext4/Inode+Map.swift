internal import CExt2fs
internal import Linux

/// What an inode says of its map.
extension Inode {
  /// A flag is set: `EXT4_*_FL`, ext2_fs.h.
  func has(_ flag: Int32) -> Bool { raw.i_flags & UInt32(flag) != 0 }

  /// The bytes lie in the inode itself: `EXT4_INLINE_DATA_FL`.
  public var isInline: Bool { has(EXT4_INLINE_DATA_FL) }

  /// Places are kept as an extent tree, not as a block map: `EXT4_EXTENTS_FL`.
  var hasExtentTree: Bool { has(EXT4_EXTENTS_FL) }

  /// Hashes of the file's bytes lie behind its end: `EXT4_VERITY_FL`.
  public var isVerity: Bool { has(EXT4_VERITY_FL) }

  /// `i_block` tells of blocks: not of a device, a short link's target, data, or nothing at all.
  var hasMap: Bool {
    switch kind {
    case .regular, .directory: !isInline
    case .symbolicLink: !isInline && size >= UInt64(mapBytes.count)
    // Inodes of the file system's own may have no type.
    case .other: mapBytes.contains { $0 != 0 }
    default: false
    }
  }

  /// The 60 bytes of `i_block`.
  var mapBytes: [UInt8] { unsafe withUnsafeBytes(of: raw.i_block) { unsafe Array($0) } }

  /// How much the inode says that it has, in units of 512 bytes: fs/ext4/inode.c,
  /// `ext4_inode_blocks`.
  func recordedUnits(_ geometry: Geometry) -> UInt64 {
    let low = UInt64(raw.i_blocks)
    guard geometry.countsHugeFiles else { return low }
    let all = unsafe UInt64(raw.osd2.linux2.l_i_blocks_hi) << 32 | low
    let isInBlocks = has(EXT4_HUGE_FILE_FL)
    return isInBlocks ? all * (geometry.blockSize / 512) : all
  }

  /// The block of extended attributes; 0 for none.
  func attributeBlock(_ features: FileSystem.Features) -> UInt64 {
    let low = UInt64(raw.i_file_acl)
    guard features.incompatible & UInt32(EXT4_FEATURE_INCOMPAT_64BIT) != 0 else { return low }
    return unsafe UInt64(raw.osd2.linux2.l_i_file_acl_high) << 32 | low
  }
}
