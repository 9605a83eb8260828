/// How ext4 counts its device in groups, and what it needs in front of the data.
struct Ext4Groups: Hashable {
  /// Blocks of a group: a power of two.
  private(set) var size: UInt64
  /// How many groups there are.
  private(set) var count: UInt64
  /// Blocks of a group's inodes, of 256 bytes each.
  private(set) var inodeTableBlocks: UInt64
  /// Blocks of all groups' descriptors, of 64 bytes each.
  private(set) var descriptorBlocks: UInt64
  /// Blocks of the journal.
  private(set) var journalBlocks: UInt64

  /// Blocks that are in use before the first file is: superblock, descriptors, two bitmaps and the
  /// inodes of each group, journal.
  var metadataBlocks: UInt64 {
    1 + descriptorBlocks + count * (2 + inodeTableBlocks) + journalBlocks
  }

  /// As many as a block has bits.
  private static let mostBlocks: UInt64 = 32_768
  /// The allocator plans in 8 MiB (`ext4_mb_normalize_request`, fs/ext4/mballoc.c), and has been
  /// wrong about smaller groups.
  private static let leastBlocks: UInt64 = 2048

  /// The groups of so many blocks, for so many inodes.
  ///
  /// In a flexible group of four groups or more the kernel looks for the blocks of a file, and for
  /// those that map it, from the second group on (`ext4_inode_to_goal_block`, fs/ext4/balloc.c).
  /// So the groups are as large as they can be while the second still begins amid the metadata:
  /// small files then lie right behind it, and split nothing.
  /// - Parameter journalBlocks: how many at least.
  /// - Parameter journalUnit: where more journal may fill up the first group: in units of so many.
  init(blocks: UInt64, inodes: UInt64, journalBlocks: UInt64, journalUnit: UInt64? = nil) {
    func groups(_ size: UInt64) -> Ext4Groups {
      Ext4Groups(size: size, blocks: blocks, inodes: inodes, journalBlocks: journalBlocks)
    }
    self = groups(Self.mostBlocks)
    guard count > 2 else { return }
    var size = Self.mostBlocks
    repeat {
      self = groups(size)
      if metadataBlocks >= size { return }
      size /= 2
    } while size >= Self.leastBlocks
    guard let journalUnit, journalUnit > 0 else { return }
    let missing = self.size - metadataBlocks
    self.journalBlocks += (missing + journalUnit - 1) / journalUnit * journalUnit
  }

  private init(size: UInt64, blocks: UInt64, inodes: UInt64, journalBlocks: UInt64) {
    let page = ByteCount.page.rawValue
    self.size = size
    self.journalBlocks = journalBlocks
    count = max(1, blocks / size + (blocks % size == 0 ? 0 : 1))
    let inodesOfGroup = inodes / count + (inodes % count == 0 ? 0 : 1)
    inodeTableBlocks = max(1, (inodesOfGroup * 256 + page - 1) / page)
    descriptorBlocks = (count * 64 + page - 1) / page
  }
}
