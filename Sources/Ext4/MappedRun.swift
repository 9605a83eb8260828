/// A run of blocks that belong to an inode.
struct MappedRun {
  /// What the blocks hold.
  enum Content {
    case data, unwritten
    /// A block of the map.
    case map
    /// Extended attributes: not at any offset of the file.
    case attributes
  }

  /// In blocks from the file's start.
  var logical: UInt64
  var physical: UInt64
  /// Inside the file system, once it was checked.
  var count: UInt64
  var content = Content.data

  /// The place on the device.
  var blocks: Range<UInt64> { physical..<physical + count }

  /// The file's own bytes are there, or will be.
  var isOfFile: Bool { content == .data || content == .unwritten }

  /// Each block by itself.
  var singles: [Range<UInt64>] { blocks.map { $0..<$0 + 1 } }
}
