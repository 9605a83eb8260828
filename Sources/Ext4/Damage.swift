internal import Linux

/// A contradiction in what a file system holds, as a walk of it found it.
public struct Damage: Equatable, Sendable, CustomStringConvertible {
  /// What is wrong.
  public let kind: Kind
  /// The block that it is about.
  public var block: UInt64?
  /// Which part of a file it is about: the offset in bytes from the file's start.
  public var offset: UInt64?

  /// Damage of this kind.
  init(_ kind: Kind, block: UInt64? = nil, offset: UInt64? = nil) {
    self.kind = kind
    self.block = block
    self.offset = offset
  }

  /// What a person reads: where in the file, which block, what is wrong.
  public var description: String {
    let place = offset.map { "at offset 0x\(Hex.text($0)): " } ?? ""
    let number = block.map { "block \($0) " }
    let subject = kind.isOfMap ? number.map { "map " + $0 } ?? "the map " : number ?? ""
    return place + subject + kind.sentence
  }
}

extension Damage {
  /// What can be wrong.
  public enum Kind: Equatable, Sendable {
    /// A block lies past the end of the file system, or before its first data block.
    case outside
    /// A block is one of the file system's own.
    case structure(SystemZone.Owner)
    /// A block that is marked as free is one of the file system's own.
    case freeStructure(SystemZone.Owner)
    /// A block in use is marked as free.
    case free
    /// Two parts of one file have one block.
    case usedTwice
    /// A block of a file is another inode's too.
    case shared(with: UInt32)

    /// A block of a file's map has a bad checksum.
    case mapChecksum
    /// A block that should be a node of an extent tree is none.
    case noNode
    /// A node has no room for an entry, or more room than a block.
    case capacity(UInt16)
    /// A node has more entries than room, or none where there must be one.
    case entries(UInt16)
    /// A node's distance from the leaves is not what its place in the tree says.
    case depth(UInt16, expected: UInt16)
    /// A node's entries overlap, go backwards, or leave the range that the node is for.
    case order
    /// A node begins at another place in the file than its parent says.
    case key
    /// An extent has no length, or passes the last block that a file can have.
    case length
    /// An extent lies at another place in its cluster than in the file's.
    case cluster
    /// The map has other blocks than the inode counts, in units of 512 bytes.
    case count(found: UInt64, recorded: UInt64)
    /// There are written blocks behind the end of the file.
    case pastEnd
    /// The file is longer than its map can tell.
    case size(UInt64)
    /// The inode has flags that this file system cannot have, or that contradict one another.
    case flags
    /// The inode says that it is longer than its place.
    case inodeSize
    /// A directory has a name that is none, or one twice.
    case names
    /// A directory's index does not begin as one.
    case index
    /// The journal's inode has no journal.
    case journal
    /// The extended attributes are beyond reading.
    case attributes

    /// An inode that has a name is marked as free, or was deleted.
    case deletedInode(UInt32)
    /// An inode that has a name is one of the file system's own.
    case reservedInode(UInt32)
    /// A bitmap or a descriptor of a block group has a bad checksum.
    case groupChecksum(UInt32)
    /// Structures of a block group lie outside the file system or on one another.
    case groupPlaces(UInt32)
    /// A block group counts otherwise than its bitmaps say.
    case groupCount(UInt32, Counted, found: UInt64, recorded: UInt64)
    /// The superblock counts otherwise than the bitmaps say.
    case totalCount(Counted, found: UInt64, recorded: UInt64)
    /// An inode in use lies in the part of the table that counts as never used.
    case inodeBeyondUse(UInt32)
    /// Another inode is damaged, so that what it claims is not known.
    case otherInode(UInt32, String)
    /// Files have more than twice the blocks that there are.
    case tooMany
    /// A run of free blocks comes back empty.
    case freeRuns
    /// The file system has more bytes than a number can count.
    case bytes
  }

  /// What is counted.
  public enum Counted: String, Sendable {
    /// Free blocks.
    case freeBlocks = "free blocks"
    /// Free inodes.
    case freeInodes = "free inodes"
    /// Directories.
    case directories
  }
}

extension Damage.Kind {
  /// It is about a block of a file's map, not of its data.
  fileprivate var isOfMap: Bool {
    switch self {
    case .mapChecksum, .noNode, .capacity, .entries, .depth, .key, .order: true
    default: false
    }
  }

  fileprivate var sentence: String {
    switch self {
    case .outside: "is outside the file system"
    case .structure(let owner): "is one of the file system's own: \(owner)"
    case .freeStructure(let owner): "is marked as free, and is \(owner)"
    case .free: "is marked as free"
    case .usedTwice: "is used twice by the same file"
    case .shared(let inode): "is also a block of inode \(inode)"
    case .mapChecksum: "has a bad checksum"
    case .noNode: "is no node of an extent tree"
    case .capacity(let count): "tells of room for \(count) entries"
    case .entries(let count): "has \(count) entries"
    case .depth(let depth, let expected): "says depth \(depth), its place \(expected)"
    case .order: "has extents that overlap, go backwards or leave their range"
    case .key: "begins elsewhere in the file than its parent says"
    case .length: "begins an extent without length, or past the last block of any file"
    case .cluster: "begins an extent at another place in its cluster than in the file's"
    case .count(let found, let recorded):
      "the map has \(found) units of 512 bytes, and the inode counts \(recorded)"
    case .pastEnd: "is written, and lies behind the end of the file"
    case .size(let size): "\(size) bytes are more than its map can tell"
    case .flags: "the flags tell of what the file system cannot have, or contradict one another"
    case .inodeSize: "the inode says that it is longer than its place"
    case .names: "the directory has a name that is none, or one twice"
    case .index: "the directory's index does not begin as one"
    case .journal: "is no beginning of a journal"
    case .attributes: "the extended attributes contradict themselves"
    case .deletedInode(let inode): "inode \(inode) was deleted, or is marked as free"
    case .reservedInode(let inode): "inode \(inode) is one of the file system's own"
    case .groupChecksum(let group): "group \(group) has a descriptor or bitmap with a bad checksum"
    case .groupPlaces(let group):
      "group \(group) has structures outside the file system or on others"
    case .groupCount(let group, let what, let found, let recorded):
      "group \(group) has \(found) \(what.rawValue), and its descriptor counts \(recorded)"
    case .totalCount(let what, let found, let recorded):
      "there are \(found) \(what.rawValue), and the superblock counts \(recorded)"
    case .inodeBeyondUse(let inode): "inode \(inode) is in use where the table was never used"
    case .otherInode(let inode, let what): "inode \(inode): \(what)"
    case .tooMany: "the files have more than twice the blocks that there are"
    case .freeRuns: "the free blocks cannot be told"
    case .bytes: "has more bytes than a number can count"
    }
  }
}
