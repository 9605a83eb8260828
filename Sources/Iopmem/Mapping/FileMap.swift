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
  public var client: ClientAddressing.Use?
  /// Where in the image its file system begins, 0 where that is all of it; nil of a mounted file.
  public var imageOffset: ByteCount?
}

extension FileMap {
  /// Its inode's number.
  public var inode: UInt64 { identity.inode }
}
