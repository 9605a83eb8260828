extension XFSFileSystem {
  /// Calls a body with each free run, in bytes and in the order of the device.
  ///
  /// A group's free runs are those that both of its trees have, by place and by size, outside of the
  /// headers, the log, the trees' own blocks and the free list, whose blocks wait to become nodes.
  /// - Throws: `XFSError`; what was called before holds for nothing then.
  public func forEachFreeRun(_ body: (Range<UInt64>) -> Void) throws(XFSError) {
    let log = try log() ?? 0..<0
    for group in 0..<superblock.groupCount {
      let start = start(ofGroup: group)
      for run in try freeRuns(ofGroup: group) {
        let bytes = start + run.lowerBound * blockSize..<start + run.upperBound * blockSize
        guard !bytes.overlaps(log) else { throw .damage(.freeRuns(group: group)) }
        body(bytes)
      }
    }
  }

  /// The free runs of a group, in its blocks and in their order.
  private func freeRuns(ofGroup group: UInt32) throws(XFSError) -> [Range<UInt64>] {
    let damage = XFSError.damage(.freeRuns(group: group))
    let space = try FreeSpace(of: self, group: group)
    let byPlace = try FreeTree(space.byPlace, of: self, group: group)
    let bySize = try FreeTree(space.bySize, of: self, group: group)
    var end = headerBlocks
    var total: UInt64 = 0
    for run in byPlace.runs {
      guard run.lowerBound >= end, run.upperBound <= space.length else { throw damage }
      end = run.upperBound
      total += run.upperBound - run.lowerBound
    }
    guard total == space.freeBlocks,
      bySize.runs.sorted(by: { $0.lowerBound < $1.lowerBound }) == byPlace.runs
    else { throw damage }
    let used = byPlace.blocks.union(bySize.blocks).union(try space.freeList(of: self))
    guard used.allSatisfy({ !byPlace.isFree(UInt64($0)) }) else { throw damage }
    return byPlace.runs
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

/// The header of a group's free space: `struct xfs_agf`, fs/xfs/libxfs/xfs_format.h.
private struct FreeSpace {
  let group: UInt32
  let length: UInt64
  let freeBlocks: UInt64
  let byPlace: FreeTree.Root
  let bySize: FreeTree.Root
  private let list: (first: UInt32, count: UInt32)

  init(of fileSystem: borrowing XFSFileSystem, group: UInt32) throws(XFSError) {
    let bytes = try fileSystem.sector(1, ofGroup: group)
    self.group = group
    length = UInt64(bytes.number(at: 12, as: UInt32.self))
    byPlace = .init(magic: "AB3B", block: bytes.number(at: 16), levels: bytes.number(at: 28))
    bySize = .init(magic: "AB3C", block: bytes.number(at: 20), levels: bytes.number(at: 32))
    list = (bytes.number(at: 40), bytes.number(at: 48))
    freeBlocks = UInt64(bytes.number(at: 52, as: UInt32.self))
    guard bytes.starts(with: Array("XAGF".utf8)), bytes.number(at: 4, as: UInt32.self) == 1,
      bytes.number(at: 8, as: UInt32.self) == group,
      length == fileSystem.length(ofGroup: group),
      Array(bytes[64..<80]) == fileSystem.superblock.blockUUID, bytes.hasChecksum(at: 216),
      // `XFS_BTREE_MAXLEVELS`, fs/xfs/libxfs/xfs_btree.h.
      1...9 ~= byPlace.levels, 1...9 ~= bySize.levels
    else { throw .damage(.freeSpace(group: group)) }
  }

  /// The blocks of the group's free list: `struct xfs_agfl`, a ring behind its header.
  func freeList(of fileSystem: borrowing XFSFileSystem) throws(XFSError) -> [UInt32] {
    let bytes = try fileSystem.sector(3, ofGroup: group)
    let room = UInt32((bytes.count - 36) / 4)
    guard bytes.starts(with: Array("XAFL".utf8)), bytes.number(at: 4, as: UInt32.self) == group,
      Array(bytes[8..<24]) == fileSystem.superblock.blockUUID, bytes.hasChecksum(at: 32),
      list.first < room, list.count <= room
    else { throw .damage(.freeSpace(group: group)) }
    return (0..<list.count).map { bytes.number(at: 36 + 4 * Int((list.first + $0) % room)) }
  }
}

/// A tree of a group's free runs, by place or by size: blocks of `struct xfs_btree_block` with short
/// pointers, fs/xfs/libxfs/xfs_alloc_btree.c.
private struct FreeTree {
  /// Where a tree begins.
  struct Root {
    let magic: String
    let block: UInt32
    let levels: UInt32
  }

  /// The runs in the order of the tree, none of them empty.
  private(set) var runs: [Range<UInt64>] = []
  /// The blocks of the tree itself.
  private(set) var blocks: Set<UInt32> = []
  /// The last block that was read of each level, and which it says is its right neighbour.
  private var rightmost: [UInt32: (block: UInt32, next: UInt32)] = [:]
  /// What stands for no neighbour: `NULLAGBLOCK`.
  private static let none = UInt32.max

  init(
    _ root: Root, of fileSystem: borrowing XFSFileSystem, group: UInt32
  ) throws(XFSError) {
    try read(root.block, root.levels - 1, root.magic, of: fileSystem, group)
    guard rightmost.values.allSatisfy({ $0.next == Self.none }) else {
      throw .damage(.freeRuns(group: group))
    }
  }

  /// Whether a block is in a run, of those in the order of their places.
  func isFree(_ block: UInt64) -> Bool {
    var (low, high) = (0, runs.count)
    while low < high {
      let middle = (low + high) / 2
      if runs[middle].upperBound <= block { low = middle + 1 } else { high = middle }
    }
    return low < runs.count && runs[low].contains(block)
  }

  private mutating func read(
    _ block: UInt32, _ level: UInt32, _ magic: String, of fileSystem: borrowing XFSFileSystem,
    _ group: UInt32
  ) throws(XFSError) {
    let damage = XFSError.damage(.freeRuns(group: group))
    // A block that is reached twice would make a circle.
    guard UInt64(block) < fileSystem.length(ofGroup: group), blocks.insert(block).inserted else {
      throw damage
    }
    let place = fileSystem.start(ofGroup: group) + UInt64(block) * fileSystem.blockSize
    let bytes = try fileSystem.read(at: place, count: Int(fileSystem.blockSize))
    let header = 56
    let room = (bytes.count - header) / (level == 0 ? 8 : 12)
    let count = Int(bytes.number(at: 6, as: UInt16.self))
    guard bytes.starts(with: Array(magic.utf8)), bytes.number(at: 4, as: UInt16.self) == level,
      count <= room,
      // Where it lies is told in units of 512 bytes.
      bytes.number(at: 16, as: UInt64.self) == place / 512,
      Array(bytes[32..<48]) == fileSystem.superblock.blockUUID,
      bytes.number(at: 48, as: UInt32.self) == group, bytes.hasChecksum(at: 52),
      bytes.number(at: 8) == rightmost[level]?.block ?? Self.none,
      block == rightmost[level]?.next ?? block
    else { throw damage }
    rightmost[level] = (block, bytes.number(at: 12))
    for index in 0..<count {
      if level > 0 {
        // The pointers are behind the room for all keys, of 8 bytes each.
        let child: UInt32 = bytes.number(at: header + 8 * room + 4 * index)
        try read(child, level - 1, magic, of: fileSystem, group)
      } else {
        let start = UInt64(bytes.number(at: header + 8 * index, as: UInt32.self))
        let length = UInt64(bytes.number(at: header + 8 * index + 4, as: UInt32.self))
        guard length > 0 else { throw damage }
        runs.append(start..<start + length)
      }
    }
  }
}
