internal import CExt2fs

/// Walks of all inodes.
extension FileSystem {
  /// Calls a body with every inode that is in use and not the file system's own.
  /// - Throws: `damage` for inodes that one record calls used and another free.
  func forEachNamedInode(_ body: (Inode) throws(Ext4Error) -> Void) throws(Ext4Error) {
    let geometry = try geometry()
    let hasUnusedCounts = unsafe ext2fs_has_group_desc_csum(handle) != 0
    for group in 0..<geometry.groupCount {
      // Where the bitmap was never written, the inodes were not either.
      guard let bitmap = try bitmap(.inodes, of: group, geometry) else { continue }
      let unused = unsafe hasUnusedCounts ? ext2fs_bg_itable_unused(handle, group) : 0
      let written = geometry.inodesPerGroup - min(unused, geometry.inodesPerGroup)
      for index in 0..<geometry.inodesPerGroup {
        let number = group * geometry.inodesPerGroup + index + 1
        guard number <= geometry.inodeCount else { break }
        let isUsed = bitmap.firstClearBit(in: UInt64(index)...UInt64(index)) == nil
        guard index < written else {
          if isUsed { throw .damage(Damage(.inodeBeyondUse(number))) }
          continue
        }
        guard !isInternal(number, geometry) else { continue }
        guard let inode = try inode(number, expected: isUsed) else { continue }
        guard isUsed == (inode.links > 0) else { throw .damage(Damage(.deletedInode(number))) }
        if isUsed { try body(inode) }
      }
    }
  }

  /// - Returns: nil for an inode that is free and has a bad checksum: nobody wrote it.
  private func inode(_ number: UInt32, expected: Bool) throws(Ext4Error) -> Inode? {
    do { return try inode(number) } catch {
      if !expected && error.isBadChecksum { return nil }
      throw .damage(Damage(.otherInode(number, error.description)))
    }
  }

  /// Finds the blocks that more than one inode has, by a walk of all inodes. From now on no file
  /// that has one is mapped.
  /// - Throws: `damage` of any inode: the blocks that it claims are then not known.
  public func findSharedBlocks() throws(Ext4Error) {
    findings.shared = try sharedBlocks { (_, _) throws(Ext4Error) in }
  }

  /// - Parameter body: called with each inode, and where its data lie in it, once its map was found
  ///   right.
  func sharedBlocks(
    _ body: (Inode, WrittenData) throws(Ext4Error) -> Void
  ) throws(Ext4Error) -> SharedBlocks {
    let geometry = try geometry()
    var claims: [SharedBlocks.Claim] = []
    var attributes: Set<UInt64> = []
    // How many blocks all files have: where there are more than the file system has, some are counted
    // again and again.
    var blocks: UInt64 = 0
    try forEachNamedInode { (inode) throws(Ext4Error) in
      var data = WrittenData()
      do throws(Ext4Error) {
        try walk(inode) { run in
          data.take(run)
          // Inodes with the same attributes have one block of them, which counts its users.
          if run.content == .attributes, !attributes.insert(run.physical).inserted { return }
          let claim = SharedBlocks.Claim(
            blocks: geometry.clusters(of: run.blocks), inode: inode.number)
          blocks += run.count
          if let last = claims.last, last.inode == claim.inode,
            last.blocks.lowerBound <= claim.blocks.lowerBound,
            claim.blocks.lowerBound <= last.blocks.upperBound
          {
            claims[claims.count - 1].blocks =
              last.blocks.lowerBound..<max(last.blocks.upperBound, claim.blocks.upperBound)
          } else {
            claims.append(claim)
          }
        }
      } catch {
        if case .damage = error {
          throw .damage(Damage(.otherInode(inode.number, error.description)))
        }
        throw error
      }
      guard blocks <= 2 * geometry.blockCount else { throw .damage(Damage(.tooMany)) }
      guard claims.count <= Bound.runs.most else { throw .beyond(.runs) }
      try body(inode, data)
    }
    return SharedBlocks(claims)
  }
}
