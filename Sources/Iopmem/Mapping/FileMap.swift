public import SystemPackage

/// What a file's map says besides its segments.
public struct FileMap: Sendable {
  /// The file, as it was named.
  public var path: FilePath
  /// Its length.
  public var size: ByteCount
  /// Which file it is, and no other.
  public var identity: FileIdentity
  /// The kind of file system: `ext4` (for ext2 and ext3 too) or `xfs`.
  public var fileSystem: String
  /// The block device, or the image file.
  public var device: FilePath
  /// Where the device's bytes lie.
  public var window: Window
  /// Whether loads and stores of the file's mappings reach the BAR itself; nil when the file
  /// system is not mounted, so that nobody has the file mapped.
  public var dax: Bool?
  /// Whether the immutable attribute is set, which holds the layout: iopmem-pin(8).
  public var pinned: Bool
  /// The checks that the caller asked to pass, by the name of the option's value.
  public var overrides: [String]
  /// The bytes of the file that were mapped: those asked for that it has.
  public var range: Range<FileOffset>
  /// How many bytes of the range asked for are holes, without any place.
  public var holeBytes: ByteCount
  /// A digest of all that the addresses depend on, before they are made a client's.
  public var fingerprint: Fingerprint
  /// For which client the addresses are; nil where none was named.
  public var client: MapClient.Use?
}

extension FileMap {
  /// Its inode's number.
  public var inode: UInt64 { identity.inode }
}

/// What is wanted of a map.
public struct MapRequest: Sendable {
  /// Which file's bytes, from the first.
  public var offset: FileOffset
  /// How many, at most; nil for all to the end of the file.
  public var length: ByteCount?
  /// Whether to answer whole blocks instead of the exact bytes.
  public var wholeBlocks: Bool
  /// Hazards to pass.
  public var allowed: Set<Hazard>
  /// Whether a mounted file must be DAX.
  public var requiresDAX: Bool
  /// Whether the layout must be held: a file that is not immutable, or that somebody can write
  /// all the same, is refused.
  public var requiresPin: Bool

  /// A request for all of a file, with no hazard allowed.
  public init(
    offset: FileOffset = FileOffset(0), length: ByteCount? = nil, wholeBlocks: Bool = false,
    allowed: Set<Hazard> = [], requiresDAX: Bool = true, requiresPin: Bool = false
  ) {
    self.offset = offset
    self.length = length
    self.wholeBlocks = wholeBlocks
    self.allowed = allowed
    self.requiresDAX = requiresDAX
    self.requiresPin = requiresPin
  }

  /// The bytes of a file that are asked for: none past its end, or its last block's.
  /// - Throws: `OutOfRange` for a block size of nothing and past 2^64 − 1.
  func range(in size: ByteCount, blockSize: ByteCount) throws(OutOfRange) -> Range<FileOffset> {
    var first = min(offset.rawValue, size.rawValue)
    var last = size.rawValue
    if let length {
      let (end, overflow) = offset.rawValue.addingReportingOverflow(length.rawValue)
      last = overflow ? last : min(last, end)
    }
    last = max(last, first)
    if wholeBlocks && first < last {
      guard blockSize > .zero else { throw OutOfRange() }
      first -= first % blockSize.rawValue
      last = try ByteCount(last).roundedUp(to: blockSize).rawValue
    }
    return FileOffset(first)..<FileOffset(last)
  }
}
