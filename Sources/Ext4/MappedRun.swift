/// A run of blocks that belong to an inode.
struct MappedRun {
  /// What the blocks hold.
  enum Content {
    case data, unwritten
    /// A part of the map, or extended attributes: not at any offset of the file.
    case metadata
  }

  /// In blocks from the file's start.
  var logical: UInt64
  var physical: UInt64
  /// Inside the file system, once it was checked.
  var count: UInt64
  var content = Content.data

  /// The place on the device.
  var blocks: Range<UInt64> { physical..<physical + count }

  /// Each block by itself.
  var singles: [Range<UInt64>] { blocks.map { $0..<$0 + 1 } }
}
