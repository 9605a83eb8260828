internal import CExt2fs
internal import Linux

/// Whether a file system can be changed without doing harm.
extension FileSystem {
  /// Holds the maps of all inodes, the bitmaps and the counts against one another.
  ///
  /// The bitmaps are to be read already: `readBitmaps`. What the counts are is told by
  /// Documentation/filesystems/ext4/group_descr.rst.
  /// - Throws: `damage`: with wrong counts a change could make them less than nothing, and with
  ///   wrong bitmaps it could overwrite a file.
  public func expectConsistent() throws(Ext4Error) {
    let geometry = try geometry()
    let zone = try systemZone()
    var directories = [UInt64](repeating: 0, count: Int(geometry.groupCount))
    let shared = try sharedBlocks { (inode, data) throws(Ext4Error) in
      if inode.kind == .directory {
        try expectGrowable(inode, data, geometry)
        directories[Int((inode.number - 1) / geometry.inodesPerGroup)] += 1
      }
    }
    if let first = shared.runs.first {
      throw .damage(
        Damage(
          .otherInode(first.inodes.0, "has a block of inode \(first.inodes.1)"),
          block: first.blocks.lowerBound))
    }
    let blocks = try freeBlocks(zone, geometry)
    let inodes = try freeInodes(geometry)
    for group in 0..<geometry.groupCount {
      let index = Int(group)
      try expect(
        blocks[index], unsafe ext2fs_bg_free_blocks_count(handle, group), .freeBlocks, group)
      try expect(
        inodes[index], unsafe ext2fs_bg_free_inodes_count(handle, group), .freeInodes, group)
      try expect(
        directories[index], unsafe ext2fs_bg_used_dirs_count(handle, group), .directories, group)
    }
    try expect(blocks.reduce(0, +), freeBlockCount, .freeBlocks)
    try expect(inodes.reduce(0, +), UInt64(freeInodeCount), .freeInodes)
  }

  /// Holds a directory's size and the room in its root against what is there: by both libext2fs
  /// adds names.
  private func expectGrowable(
    _ directory: Inode, _ data: WrittenData, _ geometry: Geometry
  ) throws(Ext4Error) {
    guard !directory.isInline else { return }
    try expectWhole(directory, data, geometry)
    let room = directory.mapBytes.word16(4)
    let wanted = directory.mapBytes.count / MemoryLayout<ext3_extent>.size - 1
    guard !directory.hasExtentTree || Int(room) == wanted else {
      throw .damage(
        Damage(.otherInode(directory.number, Damage(.capacity(room), offset: 0).description)))
    }
  }

  private func expect(
    _ found: UInt64, _ recorded: UInt32, _ what: Damage.Counted, _ group: UInt32
  ) throws(Ext4Error) {
    guard found == UInt64(recorded) else {
      throw .damage(
        Damage(.groupCount(group, what, found: found, recorded: UInt64(recorded))))
    }
  }

  private func expect(
    _ found: UInt64, _ recorded: UInt64, _ what: Damage.Counted
  ) throws(Ext4Error) {
    guard found == recorded else {
      throw .damage(Damage(.totalCount(what, found: found, recorded: recorded)))
    }
  }

  /// How many blocks of each group are free, none of which may be the file system's own.
  private func freeBlocks(
    _ zone: SystemZone, _ geometry: Geometry
  ) throws(Ext4Error) -> [UInt64] {
    var counts = [UInt64](repeating: 0, count: Int(geometry.groupCount))
    var damage: Damage?
    try forEachFreeBlockRun { run in
      if damage == nil, let area = zone.area(touching: run) {
        damage = Damage(
          .freeStructure(area.owner), block: max(run.lowerBound, area.blocks.lowerBound))
      }
      var block = run.lowerBound
      while block < run.upperBound {
        let group = geometry.group(of: block)
        let end = min(run.upperBound, geometry.blocks(of: group).upperBound)
        guard end > block, Int(group) < counts.count else { return }
        counts[Int(group)] += end - block
        block = end
      }
    }
    if let damage { throw .damage(damage) }
    return counts
  }

  /// How many inodes of each group are free.
  private func freeInodes(_ geometry: Geometry) throws(Ext4Error) -> [UInt64] {
    var counts: [UInt64] = []
    for group in 0..<geometry.groupCount {
      let all = geometry.inodesPerGroup
      guard let bitmap = try bitmap(.inodes, of: group, geometry) else {
        counts.append(UInt64(all))
        continue
      }
      let used = (0..<Int(all)).count { bitmap[$0 / 8] & 1 << ($0 % 8) != 0 }
      counts.append(UInt64(Int(all) - used))
    }
    return counts
  }
}
