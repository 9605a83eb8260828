public import Linux
public import SystemPackage

/// What a machine is to have: functions bound to the driver, file systems, and the files in them.
public struct Deployment {
  /// The functions, in the order in which they are bound.
  public var functions: [DeployedFunction] = []
  /// The file systems, in the order in which they are brought about.
  public var fileSystems: [DeployedFileSystem]
  /// The file that declares it, if one does.
  public var manifest: Status?

  /// A deployment of these parts.
  public init(fileSystems: [DeployedFileSystem]) { self.fileSystems = fileSystems }
}

/// A PCI function that is bound to the driver.
public struct DeployedFunction: Sendable {
  /// The function.
  public var name: FunctionName
  /// The BAR that is its memory, 0 to 5; nil for the driver's own choice.
  public var bar: Int?

  /// A function of these parts.
  public init(_ name: FunctionName, bar: Int?) {
    self.name = name
    self.bar = bar
  }
}

/// A file system, where it is mounted, and the files in it.
public struct DeployedFileSystem {
  /// What holds a file system.
  public enum Device: Sendable, Hashable {
    /// A block device, by its path.
    case path(FilePath)
    /// The block device of a function that is bound to the driver.
    case function(FunctionName)
    /// An image file, which stands for a whole BAR and is not mounted.
    case image(FilePath)
  }

  /// A file system to be made where there is none; what is nil may be anything in one that is there.
  public struct Format: Sendable {
    /// Its type.
    public var type: FormatRequest.FileSystemType
    /// Its label.
    public var label: [UInt8]?
    /// Its UUID.
    public var uuid: VolumeUUID?
    /// Its journal.
    public var journal: FormatRequest.Journal?
    /// How many files there can be; nil for one a MiB. Of one that is there it is not looked at.
    public var inodes: UInt64?

    /// A format of a type.
    public init(_ type: FormatRequest.FileSystemType) { self.type = type }
  }

  /// What holds it.
  public var device: Device
  /// What is made on a device that is blank; nil to make nothing.
  public var format: Format?
  /// How long an image is, if one is made; an existing one must be.
  public var imageSize: ByteCount?
  /// Where it is mounted: an absolute path; of an image its root directory.
  public var mountPoint: FilePath
  /// What must hold for the mount.
  public var mountFlags: Set<Mounting.Flag> = []
  /// Whether the files must be DAX.
  public var requiresDAX = true
  /// Whether the device must lie in a BAR.
  public var needsBar = true
  /// Where the device lies, as far as the machine does not tell.
  public var choices = WindowChoices()
  /// The clients that must reach it.
  public var reach: [DeployedReach] = []
  /// The maps of its files.
  public var maps: [DeployedMap] = []
  /// The files, in the order in which they are placed.
  public var files: [DeployedFile] = []
  /// Folders that all files below are brought from: each stands for them, with a folder as its
  /// source.
  public var trees: [DeployedFile] = []

  /// The image that holds it; nil for what is mounted.
  public var image: FilePath? { if case .image(let path) = device { path } else { nil } }

  /// A file system without files, whose files must be in a BAR and DAX.
  public init(device: Device, mountPoint: FilePath) {
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
