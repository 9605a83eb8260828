extension XFSFileSystem {
  /// Calls a body with each free run, in bytes and in the order of the device.
  ///
  /// A group's free runs are those of its bnobt, fs/xfs/libxfs/xfs_alloc_btree.c. The few blocks of its
  /// free list, which wait to become nodes of that tree, are not among them.
  /// - Throws: `XFSError`; what was called before holds for nothing then.
  public func forEachFreeRun(_ body: (Range<UInt64>) -> Void) throws(XFSError) {
    let log = try log() ?? 0..<0
    for group in 0..<superblock.groupCount {
      try forEachFreeRun(ofGroup: group, without: log, body)
    }
  }

  private func forEachFreeRun(
    ofGroup group: UInt32, without log: Range<UInt64>, _ body: (Range<UInt64>) -> Void
  ) throws(XFSError) {
    let header = try freeSpace(ofGroup: group)
    let damage = XFSError.damage(.freeRuns(group: group))
    var leaf: UInt32? = try firstLeaf(header, ofGroup: group)
    var end = headerBlocks
    var total: UInt64 = 0
    while let block = leaf {
      let node = try node(block, level: 0, ofGroup: group)
      for index in 0..<node.count {
        let start = UInt64(node.bytes.number(at: Node.header + 8 * index, as: UInt32.self))
        let count = UInt64(node.bytes.number(at: Node.header + 8 * index + 4, as: UInt32.self))
        // They go forward; so the leaves come to their end.
        guard start >= end, count > 0, start + count <= header.length else { throw damage }
        end = start + count
        total += count
        let place = self.start(ofGroup: group) + start * blockSize
        let bytes = place..<place + count * blockSize
        guard !bytes.overlaps(log) else { throw damage }
        body(bytes)
      }
      // Only a tree that is one leaf can be empty.
      guard node.count > 0 || header.levels == 1 && node.next == nil else { throw damage }
      leaf = node.next
    }
    guard total == header.freeBlocks else { throw damage }
  }

  /// The header of a group's free space: `struct xfs_agf`, fs/xfs/libxfs/xfs_format.h.
  private struct FreeSpaceHeader {
    let length: UInt64
    let root: UInt32
    let levels: UInt32
    let freeBlocks: UInt64
  }

  private func freeSpace(ofGroup group: UInt32) throws(XFSError) -> FreeSpaceHeader {
    let size = Int(superblock.sectorSize)
    // Sector 1 of the group; it has four of them, and they fit into its first blocks.
    let bytes = try read(at: start(ofGroup: group) + UInt64(size), count: size)
    let header = FreeSpaceHeader(
      length: UInt64(bytes.number(at: 12, as: UInt32.self)), root: bytes.number(at: 16),
      levels: bytes.number(at: 28), freeBlocks: UInt64(bytes.number(at: 52, as: UInt32.self)))
    guard bytes.starts(with: Array("XAGF".utf8)), bytes.number(at: 4, as: UInt32.self) == 1,
      bytes.number(at: 8, as: UInt32.self) == group, header.length == length(ofGroup: group),
      Array(bytes[64..<80]) == superblock.blockUUID, bytes.hasChecksum(at: 216),
      // `XFS_BTREE_MAXLEVELS`, fs/xfs/libxfs/xfs_btree.h.
      1...9 ~= header.levels
    else { throw .damage(.freeSpace(group: group)) }
    return header
  }

  /// A block of the tree: `struct xfs_btree_block` with short pointers.
  private struct Node {
    /// Where the records, or the keys, begin.
    static let header = 56
    let bytes: [UInt8]
    let count: Int
    /// The block of the right neighbour.
    let next: UInt32?
  }

  private func firstLeaf(
    _ header: FreeSpaceHeader, ofGroup group: UInt32
  ) throws(XFSError) -> UInt32 {
    var block = header.root
    for level in (1..<header.levels).reversed() {
      let node = try node(block, level: level, ofGroup: group)
      guard node.count > 0 else { throw .damage(.freeRuns(group: group)) }
      // Behind the room for all keys, of 8 bytes each, comes the first pointer, of 4.
      let room = (Int(superblock.blockSize) - Node.header) / 12
      block = node.bytes.number(at: Node.header + 8 * room)
    }
    return block
  }

  private func node(
    _ block: UInt32, level: UInt32, ofGroup group: UInt32
  ) throws(XFSError) -> Node {
    guard UInt64(block) < length(ofGroup: group) else { throw .damage(.freeRuns(group: group)) }
    let place = start(ofGroup: group) + UInt64(block) * blockSize
    let bytes = try read(at: place, count: Int(superblock.blockSize))
    let count = Int(bytes.number(at: 6, as: UInt16.self))
    let next = bytes.number(at: 12, as: UInt32.self)
    guard bytes.starts(with: Array("AB3B".utf8)),
      bytes.number(at: 4, as: UInt16.self) == level,
      count <= (bytes.count - Node.header) / (level == 0 ? 8 : 12),
      // Where it lies is told in units of 512 bytes.
      bytes.number(at: 16, as: UInt64.self) == place / 512,
      Array(bytes[32..<48]) == superblock.blockUUID,
      bytes.number(at: 48, as: UInt32.self) == group, bytes.hasChecksum(at: 52)
    else { throw .damage(.freeRuns(group: group)) }
    return Node(bytes: bytes, count: count, next: next == .max ? nil : next)
  }

  /// Calls a body with the place of each group's headers, in bytes and in the order of the device.
  public func forEachHeader(_ body: (Range<UInt64>) -> Void) {
    for group in 0..<superblock.groupCount {
      let start = start(ofGroup: group)
      body(start..<start + min(headerBlocks, length(ofGroup: group)) * blockSize)
    }
  }

  /// How many blocks a group's headers have: of superblock, free space, inodes and free list, a sector
  /// each.
  private var headerBlocks: UInt64 {
    (4 * UInt64(superblock.sectorSize) + blockSize - 1) / blockSize
  }
}
