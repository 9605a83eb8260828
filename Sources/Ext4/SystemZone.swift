/// Which blocks are the file system's own, so that no file can have them.
///
/// It holds what the kernel's does (fs/ext4/block_validity.c): superblocks and descriptors with
/// their backups and reserves, bitmaps, inode tables, the journal; and the other files that the
/// file system keeps for itself.
public struct SystemZone: Sendable {
  /// Whose blocks they are.
  public enum Owner: Equatable, Sendable, CustomStringConvertible {
    /// Superblocks and group descriptors, those in reserve too.
    case descriptors
    /// Bitmaps of blocks and inodes.
    case bitmap
    /// Inodes.
    case inodeTable
    /// The journal.
    case journal
    /// Another file without a name, by its inode.
    case internalFile(UInt32)
    /// The block that keeps a second machine from mounting.
    case multipleMount

    /// The structure's name.
    public var description: String {
      switch self {
      case .descriptors: "a superblock or group descriptor"
      case .bitmap: "a bitmap"
      case .inodeTable: "an inode table"
      case .journal: "the journal"
      case .internalFile(let inode): "the file without a name of inode \(inode)"
      case .multipleMount: "the multiple mount protection"
      }
    }
  }

  /// A run of blocks of one owner.
  struct Area: Sendable {
    var blocks: Range<UInt64>
    let owner: Owner
  }

  /// In order, no two overlap.
  private(set) var areas: [Area]

  /// The zone of these areas.
  /// - Throws: the area that begins on another.
  init(_ areas: [Area]) throws(Overlap) {
    self.areas = []
    try add(areas)
  }

  /// An area that begins on another.
  struct Overlap: Error {
    let area: Area
  }

  /// Adds areas, none of which may touch what is there.
  mutating func add(_ more: [Area]) throws(Overlap) {
    var joined: [Area] = []
    for area in (areas + more).sorted(by: { $0.blocks.lowerBound < $1.blocks.lowerBound }) {
      if let last = joined.last {
        guard area.blocks.lowerBound >= last.blocks.upperBound else { throw Overlap(area: area) }
        if area.blocks.lowerBound == last.blocks.upperBound, area.owner == last.owner {
          joined[joined.count - 1].blocks = last.blocks.lowerBound..<area.blocks.upperBound
          continue
        }
      }
      joined.append(area)
    }
    areas = joined
  }

  /// The first area that a run of blocks touches.
  func area(touching blocks: Range<UInt64>) -> Area? {
    // The first area that ends after the run begins is the only one that can touch it first.
    let first = areas.partitioningIndex { $0.blocks.upperBound > blocks.lowerBound }
    guard first < areas.endIndex, areas[first].blocks.lowerBound < blocks.upperBound else {
      return nil
    }
    return areas[first]
  }
}
