public import SystemPackage

/// What a machine is to have: file systems, and the files in them.
public struct Deployment: Sendable {
  /// The file systems, in the order in which they are brought about.
  public var fileSystems: [DeployedFileSystem]

  /// A deployment of these parts.
  public init(fileSystems: [DeployedFileSystem]) { self.fileSystems = fileSystems }
}

/// A file system, where it is mounted, and the files in it.
public struct DeployedFileSystem: Sendable {
  /// The block device that holds it.
  public var device: FilePath
  /// Where it is mounted: an absolute path.
  public var mountPoint: FilePath
  /// Whether the files must be DAX.
  public var requiresDAX = true
  /// Whether the device must lie in a BAR.
  public var needsBar = true
  /// Where the device lies, as far as the machine does not tell.
  public var choices = WindowChoices()
  /// The files, in the order in which they are placed.
  public var files: [DeployedFile] = []

  /// A file system without files, whose files must be in a BAR and DAX.
  public init(device: FilePath, mountPoint: FilePath) {
    self.device = device
    self.mountPoint = mountPoint
  }
}

/// A file: what it holds, how it lies, and whose it is.
public struct DeployedFile: Sendable {
  /// What it holds.
  public enum Content: Sendable, Equatable {
    /// The bytes of another file.
    case copy(of: FilePath)
    /// Zeros when it is made, and whatever a peer writes there afterwards.
    case buffer(ByteCount)
  }

  /// Its path from the file system's root, which `DeployedName` has found to be one.
  public var path: FilePath
  /// What it holds.
  public var content: Content
  /// The digest that the source must have; nil for any.
  public var digest: ContentDigest?
  /// The unit at which it begins in the BAR, if it is at least that long: a power of two.
  public var alignment = ByteCount.pmd
  /// Its permission bits; nil for those of any new file, and then left as they are.
  public var permissions: UInt16?
  /// Its owner; nil for the one who runs the program, and then left as it is.
  public var user: UInt32?
  /// Its group, in the same way.
  public var group: UInt32?
  /// Whether it is pinned; nil to leave that as it is.
  public var isPinned: Bool?

  /// A file with every choice left to the defaults.
  public init(path: FilePath, content: Content) {
    self.path = path
    self.content = content
  }
}
