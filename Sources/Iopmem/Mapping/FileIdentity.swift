/// What tells a file from all others that ever were, also from those that had its inode.
public struct FileIdentity: Hashable, Sendable {
  /// Its file system.
  public let fileSystem: VolumeUUID
  /// Its inode's number.
  public let inode: UInt64
  /// Its inode's generation.
  public let generation: UInt32

  /// An identity of these parts.
  public init(fileSystem: VolumeUUID, inode: UInt64, generation: UInt32) {
    self.fileSystem = fileSystem
    self.inode = inode
    self.generation = generation
  }
}
