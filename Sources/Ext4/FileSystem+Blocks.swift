internal import CExt2fs

/// What was found out about a file system and holds as long as it is not changed.
final class Findings {
  var zone: SystemZone?
  /// Nil where nobody asked.
  var shared: SharedBlocks?
  var bitmaps: [BitmapKey: [UInt8]?] = [:]
  /// Directories whose maps were walked.
  var soundDirectories: Set<UInt32> = []

  /// Forgets what a change makes untrue: the structures stay where they are.
  func forget() {
    shared = nil
    bitmaps.removeAll()
    soundDirectories.removeAll()
  }
}

/// A bitmap of a group.
struct BitmapKey: Hashable {
  enum Subject { case blocks, inodes }
  let subject: Subject
  let group: UInt32
}

extension FileSystem {
  /// How blocks and inodes are numbered.
  /// - Throws: `damage` when the numbers contradict each other.
  func geometry() throws(Ext4Error) -> Geometry {
    _ = try byteCount()
    let geometry = unsafe Geometry(
      blockSize: UInt64(blockSize), blockCount: blockCount,
      firstDataBlock: UInt64(handle.pointee.super.pointee.s_first_data_block),
      blocksPerGroup: UInt64(handle.pointee.super.pointee.s_blocks_per_group),
      clusterBits: UInt64(handle.pointee.cluster_ratio_bits),
      groupCount: handle.pointee.group_desc_count,
      inodesPerGroup: handle.pointee.super.pointee.s_inodes_per_group,
      inodeCount: handle.pointee.super.pointee.s_inodes_count,
      firstInode: handle.pointee.super.pointee.s_rev_level == UInt32(EXT2_GOOD_OLD_REV)
        ? UInt32(EXT2_GOOD_OLD_FIRST_INO) : handle.pointee.super.pointee.s_first_ino,
      countsHugeFiles: features.readOnlyCompatible & UInt32(EXT4_FEATURE_RO_COMPAT_HUGE_FILE)
        != 0)
    let bits = geometry.blockSize * 8
    guard geometry.clusterBits < 32, geometry.blocksPerGroup > 0,
      geometry.blocksPerGroup >> geometry.clusterBits <= bits,
      geometry.inodesPerGroup > 0, UInt64(geometry.inodesPerGroup) <= bits,
      geometry.groupCount > 0, geometry.firstDataBlock < geometry.blockCount,
      geometry.firstInode > Inode.rootNumber
    else { throw .damage(Damage(.groupPlaces(0))) }
    return geometry
  }

  /// Reads a block.
  ///
  /// The corresponding C function is `io_channel_read_blk64`, which counts a short read as an
  /// error.
  func readBlock(_ number: UInt64) throws(Ext4Error) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: Int(blockSize))
    let code = unsafe bytes.withUnsafeMutableBytes { bytes in
      unsafe io_channel_read_blk64(handle.pointee.io, number, 1, bytes.baseAddress)
    }
    try check(code)
    return bytes
  }

  /// The first block of a run that is marked as free, by clusters where there are such.
  /// - Parameter blocks: inside the file system.
  func firstFree(in blocks: Range<UInt64>, _ geometry: Geometry) throws(Ext4Error) -> UInt64? {
    var block = blocks.lowerBound
    while block < blocks.upperBound {
      let group = geometry.group(of: block)
      let all = geometry.blocks(of: group)
      let end = min(blocks.upperBound, all.upperBound)
      guard block < end, group < geometry.groupCount else { return block }
      guard let bitmap = try bitmap(.blocks, of: group, geometry) else { return block }
      let first = (block - all.lowerBound) >> geometry.clusterBits
      let last = (end - 1 - all.lowerBound) >> geometry.clusterBits
      if let clear = bitmap.firstClearBit(in: first...last) {
        return max(block, all.lowerBound + clear << geometry.clusterBits)
      }
      block = end
    }
    return nil
  }

  /// Whether an inode is marked as in use.
  /// - Parameter number: 1 to the number of inodes.
  func isInUse(inode number: UInt32, _ geometry: Geometry) throws(Ext4Error) -> Bool {
    let group = (number - 1) / geometry.inodesPerGroup
    guard group < geometry.groupCount,
      let bitmap = try bitmap(.inodes, of: group, geometry)
    else { return false }
    let bit = UInt64((number - 1) % geometry.inodesPerGroup)
    return bitmap.firstClearBit(in: bit...bit) == nil
  }

  /// A bitmap of a group; nil where it was never written, since nothing but the group's own
  /// structures is in use (`EXT2_BG_BLOCK_UNINIT`, `EXT2_BG_INODE_UNINIT`).
  ///
  /// The corresponding C functions of the checksums are `ext2fs_block_bitmap_csum_verify` and
  /// `ext2fs_inode_bitmap_csum_verify`.
  func bitmap(
    _ subject: BitmapKey.Subject, of group: UInt32, _ geometry: Geometry
  ) throws(Ext4Error) -> [UInt8]? {
    let key = BitmapKey(subject: subject, group: group)
    if let known = findings.bitmaps[key] { return known }
    // Of a large file system some are kept, not all.
    if findings.bitmaps.count >= 1024 { findings.bitmaps.removeAll(keepingCapacity: true) }
    let bitmap = try readBitmap(subject, of: group, geometry)
    findings.bitmaps[key] = .some(bitmap)
    return bitmap
  }

  private func readBitmap(
    _ subject: BitmapKey.Subject, of group: UInt32, _ geometry: Geometry
  ) throws(Ext4Error) -> [UInt8]? {
    let isOfBlocks = subject == .blocks
    let flag = UInt16(isOfBlocks ? EXT2_BG_BLOCK_UNINIT : EXT2_BG_INODE_UNINIT)
    if unsafe ext2fs_has_group_desc_csum(handle) != 0
      && ext2fs_bg_flags_test(handle, group, flag) != 0
    {
      return nil
    }
    let place =
      unsafe isOfBlocks
      ? ext2fs_block_bitmap_loc(handle, group) : ext2fs_inode_bitmap_loc(handle, group)
    var bytes = try readBlock(place)
    let bits =
      isOfBlocks
      ? geometry.blocksPerGroup >> geometry.clusterBits : UInt64(geometry.inodesPerGroup)
    let isSound = unsafe bytes.withUnsafeMutableBytes { bytes in
      let start = unsafe bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
      let verify =
        unsafe isOfBlocks ? ext2fs_block_bitmap_csum_verify : ext2fs_inode_bitmap_csum_verify
      return unsafe verify(handle, group, start, Int32(bits / 8)) != 0
    }
    guard isSound else { throw .damage(Damage(.groupChecksum(group), block: place)) }
    return bytes
  }
}

extension [UInt8] {
  /// The first bit of a range that is 0; bits beyond the end count as 0.
  func firstClearBit(in bits: ClosedRange<UInt64>) -> UInt64? {
    var bit = bits.lowerBound
    while bit <= bits.upperBound {
      let index = Int(bit / 8)
      guard index < count else { return bit }
      if bit % 8 == 0, self[index] == 0xFF {
        bit += 8
      } else {
        if self[index] & 1 << (bit % 8) == 0 { return bit }
        bit += 1
      }
    }
    return nil
  }

  /// The number of two bytes, the lowest first.
  func word16(_ index: Int) -> UInt16 { UInt16(self[index]) | UInt16(self[index + 1]) << 8 }

  /// The number of four bytes, the lowest first.
  func word32(_ index: Int) -> UInt32 {
    UInt32(word16(index)) | UInt32(word16(index + 2)) << 16
  }
}
