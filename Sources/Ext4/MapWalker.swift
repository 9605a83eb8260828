internal import CExt2fs

/// A walk of one inode's map, every block of which is held against the rules of the kernel
/// (fs/ext4/extents.c, `__ext4_ext_check`; fs/ext4/block_validity.c) and the block bitmaps.
struct MapWalker {
  /// What blocks are held against.
  enum Bounds {
    /// The file system's length alone: files whose blocks are other structures' as well.
    case bounds
    /// The structures too, and the bitmaps.
    case zone(SystemZone)
  }

  /// Blocks in a file: the last that can have an address is one less (`EXT_MAX_BLOCKS`).
  static let limit: UInt64 = 0xFFFF_FFFF

  let inode: Inode
  let bounds: Bounds
  let geometry: Geometry
  /// The last written block's end, in the file.
  private(set) var writtenEnd: UInt64 = 0
  /// Where the next run of data may begin.
  private var end: UInt64 = 0
  /// How many clusters the inode has.
  private var clusters: UInt64 = 0
  private var lastCluster: UInt64?
  /// What the inode has, in the order of the walk, joined.
  private var claimed: [Range<UInt64>] = []

  init(_ inode: Inode, _ bounds: Bounds, _ geometry: Geometry) {
    self.inode = inode
    self.bounds = bounds
    self.geometry = geometry
  }

  /// Damage of the part of the file that begins with a block.
  func damage(_ kind: Damage.Kind, _ block: UInt64? = nil, at logical: UInt64? = nil) -> Ext4Error {
    let offset = logical.flatMap { logical in
      let (offset, overflow) = logical.multipliedReportingOverflow(by: geometry.blockSize)
      return overflow ? nil : offset
    }
    return .damage(Damage(kind, block: block, offset: offset))
  }

  /// Takes a run of data.
  mutating func take(_ run: MappedRun, _ fileSystem: borrowing FileSystem) throws(Ext4Error) {
    let (end, overflow) = run.logical.addingReportingOverflow(run.count)
    guard run.count > 0, !overflow, end <= Self.limit else {
      throw damage(.length, run.physical, at: run.logical)
    }
    guard run.logical >= self.end else { throw damage(.order, at: run.logical) }
    try claim(run, fileSystem)
    let bits = geometry.clusterBits
    if case .zone = bounds, (run.logical ^ run.physical) & (1 << bits - 1) != 0 {
      throw damage(.cluster, run.physical, at: run.logical)
    }
    let first = run.physical >> bits
    let last = (run.physical + run.count - 1) >> bits
    clusters += last - first + (first == lastCluster ? 0 : 1)
    lastCluster = last
    self.end = end
    if run.content == .data { writtenEnd = end }
  }

  /// Takes a block of the map or of extended attributes, before it is read.
  mutating func takeMetadata(
    _ block: UInt64, at logical: UInt64?, _ fileSystem: borrowing FileSystem
  ) throws(Ext4Error) {
    try claim(
      MappedRun(logical: logical ?? 0, physical: block, count: 1, content: .map), fileSystem)
    clusters += 1
  }

  private mutating func claim(
    _ run: MappedRun, _ fileSystem: borrowing FileSystem
  ) throws(Ext4Error) {
    guard geometry.holds(run.physical, run.count) else {
      // The first that is outside, where the run begins inside.
      let block =
        geometry.holds(run.physical, 1)
        ? max(run.physical, min(geometry.blockCount, run.physical &+ run.count)) : run.physical
      throw damage(.outside, block, at: run.logical)
    }
    let blocks = run.blocks
    if case .zone(let zone) = bounds {
      if let area = zone.area(touching: geometry.clusters(of: blocks)) {
        throw damage(
          .structure(area.owner), max(run.physical, area.blocks.lowerBound), at: run.logical)
      }
      if let free = try fileSystem.firstFree(in: blocks, geometry) {
        throw damage(.free, free, at: run.logical + (free - run.physical))
      }
    }
    if let last = claimed.last, last.upperBound == run.physical {
      claimed[claimed.count - 1] = last.lowerBound..<blocks.upperBound
    } else {
      claimed.append(blocks)
    }
  }

  /// How many blocks the map can tell of: fs/ext4/super.c, `ext4_max_bitmap_size`. Without
  /// huge_file a file has no more than 2^32 units of 512 bytes besides.
  private var longest: UInt64 {
    guard !inode.hasExtentTree else { return Self.limit }
    let fanout = geometry.blockSize / 4
    return min(Self.limit, 12 + fanout + fanout * fanout + fanout * fanout * fanout)
  }

  /// Holds what was found against what the inode says of it, once all was taken.
  /// - Parameter attributes: how many bytes the values of attributes take in inodes of their own.
  func finish(attributes: UInt64) throws(Ext4Error) {
    guard case .zone = bounds else { return }
    var end: UInt64 = 0
    for blocks in claimed.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      guard blocks.lowerBound >= end else { throw damage(.usedTwice, blocks.lowerBound) }
      end = blocks.upperBound
    }
    let unit = geometry.blockSize << geometry.clusterBits / 512
    let found = clusters * unit + attributes / 512
    let recorded = inode.recordedUnits(geometry)
    guard found == recorded else { throw damage(.count(found: found, recorded: recorded)) }
    let (room, remainder) = inode.size.quotientAndRemainder(dividingBy: geometry.blockSize)
    let blocks = room + (remainder > 0 ? 1 : 0)
    guard inode.isVerity || writtenEnd <= blocks else {
      throw damage(.pastEnd, at: blocks)
    }
    guard blocks <= longest, geometry.countsHugeFiles || inode.size >> 41 == 0 else {
      throw damage(.size(inode.size))
    }
  }
}
