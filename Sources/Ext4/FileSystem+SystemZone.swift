internal import CExt2fs

extension FileSystem {
  /// The blocks that no file can have.
  /// - Throws: `damage` for structures outside the file system or on one another, descriptors
  ///   with a bad checksum, and files of the file system's own whose maps are damaged.
  func systemZone() throws(Ext4Error) -> SystemZone {
    if let known = findings.zone { return known }
    let geometry = try geometry()
    var zone = try structures(geometry)
    for (number, owner) in try internalFiles() {
      let inode = try inode(number)
      guard inode.hasMap || owner == .journal else { continue }
      // Reserved descriptors are the resize inode's blocks, and bad blocks can be anywhere.
      let isOverlay = number == UInt32(EXT2_RESIZE_INO) || number == UInt32(EXT2_BAD_INO)
      var areas: [SystemZone.Area] = []
      var start: UInt64?
      do throws(Ext4Error) {
        try walk(inode, isOverlay ? .bounds : .zone(zone), geometry) { run in
          if run.content == .data, run.logical == 0 { start = run.physical }
          for blocks in isOverlay ? run.singles : [run.blocks]
          where !isOverlay || zone.area(touching: blocks) == nil {
            areas.append(SystemZone.Area(blocks: blocks, owner: owner))
          }
        }
        if owner == .journal { try expectJournal(inode, at: start, geometry) }
      } catch { throw .damage(Damage(.otherInode(number, error.description))) }
      do { try zone.add(areas) } catch {
        throw .damage(Damage(.usedTwice, block: error.area.blocks.lowerBound))
      }
    }
    findings.zone = zone
    return zone
  }

  /// Calls a body with each run of bytes that no file can have and what it holds, in the order of the
  /// device.
  /// - Throws: as for the zone itself, `damage` above all.
  public func forEachSystemRun(
    _ body: (Range<UInt64>, SystemZone.Owner) -> Void
  ) throws(Ext4Error) {
    _ = try byteCount()
    let unit = UInt64(blockSize)
    // Inside the file system, whose bytes fit.
    for area in try systemZone().areas {
      body(area.blocks.lowerBound * unit..<area.blocks.upperBound * unit, area.owner)
    }
  }

  /// Superblocks, descriptors, bitmaps and inode tables of all groups.
  ///
  /// The corresponding C functions are `ext2fs_super_and_bgd_loc2` and
  /// `ext2fs_group_desc_csum_verify`; which blocks those are: fs/ext4/balloc.c,
  /// `ext4_num_base_meta_blocks`.
  private func structures(_ geometry: Geometry) throws(Ext4Error) -> SystemZone {
    let tableBlocks = unsafe UInt64(handle.pointee.inode_blocks_per_group)
    let isMetaGroups = features.incompatible & UInt32(EXT2_FEATURE_INCOMPAT_META_BG) != 0
    var oldBlocks = unsafe UInt64(handle.pointee.super.pointee.s_reserved_gdt_blocks)
    oldBlocks +=
      unsafe isMetaGroups
      ? UInt64(handle.pointee.super.pointee.s_first_meta_bg) : UInt64(handle.pointee.desc_blocks)
    let isFlexible = features.incompatible & UInt32(EXT4_FEATURE_INCOMPAT_FLEX_BG) != 0
    var areas: [SystemZone.Area] = []
    for group in 0..<geometry.groupCount {
      guard unsafe ext2fs_group_desc_csum_verify(handle, group) != 0 else {
        throw .damage(Damage(.groupChecksum(group)))
      }
      func add(_ first: UInt64, _ count: UInt64, _ owner: SystemZone.Owner) throws(Ext4Error) {
        guard count > 0 else { return }
        let (end, overflow) = first.addingReportingOverflow(count)
        guard !overflow, end <= geometry.blockCount, first >= geometry.firstDataBlock else {
          throw .damage(Damage(.groupPlaces(group), block: first))
        }
        // Without flex_bg a group keeps its structures to itself.
        let own = geometry.blocks(of: group)
        guard isFlexible || (own.contains(first) && end <= own.upperBound) else {
          throw .damage(Damage(.groupPlaces(group), block: first))
        }
        areas.append(SystemZone.Area(blocks: first..<end, owner: owner))
      }
      var superblock: blk64_t = 0
      var oldDescriptors: blk64_t = 0
      var newDescriptors: blk64_t = 0
      var used: blk_t = 0
      try check(
        unsafe ext2fs_super_and_bgd_loc2(
          handle, group, &superblock, &oldDescriptors, &newDescriptors, &used))
      // Group 0 has the superblock even where it is block 0, which stands for none here.
      if superblock != 0 || group == 0 {
        try add(max(superblock, geometry.firstDataBlock), 1, .descriptors)
      }
      if oldDescriptors != 0 { try add(oldDescriptors, oldBlocks, .descriptors) }
      if newDescriptors != 0 { try add(newDescriptors, 1, .descriptors) }
      try add(unsafe ext2fs_block_bitmap_loc(handle, group), 1, .bitmap)
      try add(unsafe ext2fs_inode_bitmap_loc(handle, group), 1, .bitmap)
      try add(unsafe ext2fs_inode_table_loc(handle, group), tableBlocks, .inodeTable)
    }
    let guardBlock = unsafe handle.pointee.super.pointee.s_mmp_block
    if features.incompatible & UInt32(EXT4_FEATURE_INCOMPAT_MMP) != 0 {
      guard geometry.holds(guardBlock, 1) else {
        throw .damage(Damage(.outside, block: guardBlock))
      }
      areas.append(SystemZone.Area(blocks: guardBlock..<guardBlock + 1, owner: .multipleMount))
    }
    do { return try SystemZone(areas) } catch {
      let block = error.area.blocks.lowerBound
      throw .damage(Damage(.groupPlaces(geometry.group(of: block)), block: block))
    }
  }

  /// The files of the file system's own that it uses; what stands in other reserved inodes means
  /// nothing. Whether there is one says its feature: fs/ext4/super.c, `__ext4_fill_super`.
  private func internalFiles() throws(Ext4Error) -> [(UInt32, SystemZone.Owner)] {
    let journal = unsafe features.hasJournal ? handle.pointee.super.pointee.s_journal_inum : 0
    var numbers = Set(namedInSuperblock)
    // e2fsck's own, which has no feature.
    numbers.insert(UInt32(EXT2_BAD_INO))
    // It has a name's count from its first use on: fs/ext4/ioctl.c, `swap_inode_boot_loader`.
    if try inode(UInt32(EXT2_BOOT_LOADER_INO)).links > 0 {
      numbers.insert(UInt32(EXT2_BOOT_LOADER_INO))
    }
    if features.compatible & UInt32(EXT2_FEATURE_COMPAT_RESIZE_INODE) != 0 {
      numbers.insert(UInt32(EXT2_RESIZE_INO))
    }
    return numbers.sorted().map { ($0, $0 == journal ? .journal : .internalFile($0)) }
  }

  /// The inodes that the superblock names, each where the feature is set to which it belongs.
  private var namedInSuperblock: [UInt32] {
    let isOrphanFile = features.compatible & UInt32(EXT4_FEATURE_COMPAT_ORPHAN_FILE) != 0
    let isQuota = features.readOnlyCompatible & UInt32(EXT4_FEATURE_RO_COMPAT_QUOTA) != 0
    var numbers: [UInt32] = []
    unsafe withUnsafePointer(to: handle.pointee.super.pointee) { superblock in
      if features.hasJournal { unsafe numbers.append(superblock.pointee.s_journal_inum) }
      if isOrphanFile { unsafe numbers.append(superblock.pointee.s_orphan_file_inum) }
      if isQuota {
        unsafe numbers += [
          superblock.pointee.s_usr_quota_inum, superblock.pointee.s_grp_quota_inum,
          superblock.pointee.s_prj_quota_inum,
        ]
      }
    }
    return numbers.filter { $0 != 0 }
  }

  /// Whether an inode is the file system's own, so that no directory can name it.
  func isInternal(_ number: UInt32, _ geometry: Geometry) -> Bool {
    number != Inode.rootNumber
      && (number < geometry.firstInode || namedInSuperblock.contains(number))
  }
}
