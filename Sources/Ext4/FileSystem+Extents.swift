internal import CExt2fs
public import Linux

extension FileSystem {
  /// Calls a body with each extent of a file, in the file's order, as FIEMAP would report it.
  ///
  /// Inline data is one extent with `DATA_INLINE` and no place.
  /// - Throws: `damage` as soon as anything of the inode, its map or the bitmaps contradicts
  ///   another part; what the body was given before is then not to be used.
  public func forEachExtent(
    of inode: Inode, _ body: (FiemapExtent) -> Void
  ) throws(Ext4Error) {
    if inode.isInline && inode.size > 0 {
      body(FiemapExtent(logical: 0, physical: 0, length: inode.size, flags: FiemapFlag.inlineData))
    }
    let unit = UInt64(blockSize)
    try expectOpenable(inode)
    try walk(inode) { run in
      guard run.isOfFile else { return }
      // A run inside the file system and below the last block of a file: its bytes fit.
      body(
        FiemapExtent(
          logical: run.logical * unit, physical: run.physical * unit, length: run.count * unit,
          flags: run.content == .unwritten ? FiemapFlag.unwritten : 0))
    }
  }

  /// Checks what the kernel asks of an inode before it opens it: fs/ext4/inode.c, `__ext4_iget`.
  func expectOpenable(_ inode: Inode) throws(Ext4Error) {
    let isIndexed = features.compatible & UInt32(EXT2_FEATURE_COMPAT_DIR_INDEX) != 0
    let isSecret = features.incompatible & UInt32(EXT4_FEATURE_INCOMPAT_ENCRYPT) != 0
    let isFolded = features.incompatible & UInt32(EXT4_FEATURE_INCOMPAT_CASEFOLD) != 0
    guard !inode.has(EXT4_EA_INODE_FL), isFolded || !inode.has(EXT4_CASEFOLD_FL),
      isSecret || !inode.isEncrypted,
      isIndexed || inode.kind != .directory || !inode.has(EXT2_INDEX_FL)
    else { throw .damage(Damage(.flags)) }
    let bytes = try wholeInode(inode.number)
    guard bytes.count > 128 else { return }
    let extra = Int(bytes.word16(128))
    guard 128 + extra <= bytes.count, extra % 4 == 0 else { throw .damage(Damage(.inodeSize)) }
  }

  /// Calls a body with each run of blocks that an inode with a name has.
  func walk(
    _ inode: Inode, _ body: (MappedRun) throws(Ext4Error) -> Void
  ) throws(Ext4Error) {
    let geometry = try geometry()
    guard !isInternal(inode.number, geometry) else {
      throw .damage(Damage(.reservedInode(inode.number)))
    }
    guard inode.links > 0, try isInUse(inode: inode.number, geometry) else {
      throw .damage(Damage(.deletedInode(inode.number)))
    }
    let shared = findings.shared
    try walk(inode, .zone(try systemZone()), geometry) { (run) throws(Ext4Error) in
      let blocks = geometry.clusters(of: run.blocks)
      if let found = shared?.first(in: blocks, of: inode.number) {
        let offset = run.isOfFile ? run.logical * geometry.blockSize : nil
        throw .damage(
          Damage(.shared(with: found.other), block: max(found.block, run.physical), offset: offset))
      }
      try body(run)
    }
  }

  /// Calls a body with each run of blocks that an inode has: its data's, its map's, and that of
  /// its extended attributes.
  func walk(
    _ inode: Inode, _ bounds: MapWalker.Bounds, _ geometry: Geometry,
    _ body: (MappedRun) throws(Ext4Error) -> Void
  ) throws(Ext4Error) {
    var walker = MapWalker(inode, bounds, geometry)
    let hasInlineData = features.incompatible & UInt32(EXT4_FEATURE_INCOMPAT_INLINE_DATA) != 0
    guard !inode.isInline || (hasInlineData && !inode.hasExtentTree),
      !inode.hasExtentTree || hasExtents
    else { throw walker.damage(.flags) }
    let attributes = inode.attributeBlock(features)
    if attributes != 0 {
      try walker.takeMetadata(attributes, at: nil, self)
      try body(MappedRun(logical: 0, physical: attributes, count: 1, content: .attributes))
    }
    if inode.hasMap {
      if inode.hasExtentTree {
        try walker.walkTree(self, body)
      } else {
        try walker.walkBlockMap(self, body)
      }
    }
    try walker.finish(attributes: try bytesOfAttributeInodes(of: inode, geometry))
  }
}

/// The bits of `fe_flags` that this file system can have: linux/fiemap.h.
private enum FiemapFlag {
  static let inlineData: UInt32 = 0x0200 | 0x0100 | 0x0001
  static let unwritten: UInt32 = 0x0800
}
