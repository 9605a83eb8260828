/// What a file system that is there is held against: what is nil may be anything.
public struct WantedFileSystem: Hashable, Sendable {
  /// Its type.
  public var type: FormatRequest.FileSystemType
  /// Its label, as bytes; empty for none.
  public var label: [UInt8]?
  /// Its UUID.
  public var uuid: VolumeUUID?
  /// Its journal; of `smallest` any size will do.
  public var journal: FormatRequest.Journal?
  /// What large files are aligned to.
  public var alignment: ByteCount?
  /// How many inodes it has at least.
  public var inodes: UInt64?

  /// A file system of these parts.
  public init(
    type: FormatRequest.FileSystemType, label: [UInt8]? = nil, uuid: VolumeUUID? = nil,
    journal: FormatRequest.Journal? = nil, alignment: ByteCount? = nil, inodes: UInt64? = nil
  ) {
    self.type = type
    self.label = label
    self.uuid = uuid
    self.journal = journal
    self.alignment = alignment
    self.inodes = inodes
  }
}
