internal import CLinux
public import SystemPackage

/// What the kernel tells of an inode: statx(2).
public struct Status: Sendable, Equatable {
  /// What kind of thing an inode is.
  public enum Kind: Sendable, Equatable {
    case regular, directory, symbolicLink, blockDevice, characterDevice, fifo, socket, other

    /// What a person calls it.
    public var noun: String {
      switch self {
      case .regular: "a regular file"
      case .directory: "a directory"
      case .symbolicLink: "a symbolic link"
      case .blockDevice: "a block device"
      case .characterDevice: "a character device"
      case .fifo: "a FIFO"
      case .socket: "a socket"
      case .other: "something else"
      }
    }
  }

  /// Attributes that the file system keeps per file: `stx_attributes`.
  public struct Attributes: OptionSet, Sendable {
    /// The bits of `stx_attributes`.
    public let rawValue: UInt64
    /// Attributes of these bits.
    public init(rawValue: UInt64) { self.rawValue = rawValue }
    /// `STATX_ATTR_COMPRESSED`.
    public static let compressed = Attributes(rawValue: UInt64(STATX_ATTR_COMPRESSED))
    /// `STATX_ATTR_IMMUTABLE`.
    public static let immutable = Attributes(rawValue: UInt64(STATX_ATTR_IMMUTABLE))
    /// `STATX_ATTR_APPEND`: what is there cannot be changed, nor its name taken away.
    public static let appendOnly = Attributes(rawValue: UInt64(STATX_ATTR_APPEND))
    /// `STATX_ATTR_ENCRYPTED`.
    public static let encrypted = Attributes(rawValue: UInt64(STATX_ATTR_ENCRYPTED))
    /// `STATX_ATTR_VERITY`.
    public static let verity = Attributes(rawValue: UInt64(STATX_ATTR_VERITY))
    /// `STATX_ATTR_DAX`: loads and stores reach the device's memory itself.
    public static let dax = Attributes(rawValue: iopmem_STATX_ATTR_DAX)
  }

  /// A moment, as the kernel writes it: seconds since 1970 and nanoseconds of the second.
  public struct Time: Sendable, Comparable {
    /// Whole seconds, negative before 1970.
    public var seconds: Int64
    /// 0 ..< 1,000,000,000.
    public var nanoseconds: UInt32
    /// A moment of these parts.
    public init(seconds: Int64, nanoseconds: UInt32) {
      self.seconds = seconds
      self.nanoseconds = nanoseconds
    }
    /// Whether one moment is before the other.
    public static func < (one: Time, other: Time) -> Bool {
      (one.seconds, one.nanoseconds) < (other.seconds, other.nanoseconds)
    }
  }

  /// What kind of thing this is.
  public var kind: Kind
  /// Permission bits with set-user-ID, set-group-ID and sticky: the low 12 bits of the mode.
  public var permissions: UInt16
  /// The length in bytes; 0 for devices.
  public var size: UInt64
  /// The inode's number on its file system.
  public var inode: UInt64
  /// How many names the inode has.
  public var links: UInt32
  /// The owner.
  public var user: UInt32
  /// The group.
  public var group: UInt32
  /// The device that holds the inode.
  public var device: DeviceNumber
  /// The device that the inode is, for device files.
  public var specialDevice: DeviceNumber
  /// The attributes that are set.
  public var attributes: Attributes
  /// The last access.
  public var accessed: Time
  /// The last change of the bytes.
  public var modified: Time
  /// The last change of the inode.
  public var changed: Time

  init(_ raw: statx) {
    kind =
      switch UInt32(raw.stx_mode) & UInt32(S_IFMT) {
      case UInt32(S_IFREG): .regular
      case UInt32(S_IFDIR): .directory
      case UInt32(S_IFLNK): .symbolicLink
      case UInt32(S_IFBLK): .blockDevice
      case UInt32(S_IFCHR): .characterDevice
      case UInt32(S_IFIFO): .fifo
      case UInt32(S_IFSOCK): .socket
      default: .other
      }
    permissions = raw.stx_mode & 0o7777
    size = raw.stx_size
    inode = raw.stx_ino
    links = raw.stx_nlink
    user = raw.stx_uid
    group = raw.stx_gid
    device = DeviceNumber(major: raw.stx_dev_major, minor: raw.stx_dev_minor)
    specialDevice = DeviceNumber(major: raw.stx_rdev_major, minor: raw.stx_rdev_minor)
    // Bits outside the mask are not answered, so they are not set.
    attributes = Attributes(rawValue: raw.stx_attributes & raw.stx_attributes_mask)
    accessed = Time(raw.stx_atime)
    modified = Time(raw.stx_mtime)
    changed = Time(raw.stx_ctime)
  }

  /// The status of a path; a symbolic link at its end is not followed unless asked.
  ///
  /// The corresponding C function is `statx`.
  public init(of path: FilePath, followingLinks: Bool = false) throws(Errno) {
    try self.init(of: path, in: AT_FDCWD, followingLinks: followingLinks)
  }

  init(of path: FilePath, in directory: Int32, followingLinks: Bool = false) throws(Errno) {
    var raw = statx()
    _ = try call {
      unsafe path.withPlatformString {
        unsafe iopmem_statx(
          directory, $0, followingLinks ? 0 : AT_SYMLINK_NOFOLLOW, STATX_BASIC_STATS, &raw)
      }
    }
    self.init(raw)
  }
}

extension Status {
  /// Whether the two are of one inode; of device files, whether these are of one device too.
  public func isSameFile(as other: Status) -> Bool {
    kind == other.kind && device == other.device && inode == other.inode
      && specialDevice == other.specialDevice
  }
}

extension Status.Time {
  init(_ raw: statx_timestamp) {
    self.init(seconds: raw.tv_sec, nanoseconds: raw.tv_nsec)
  }
}

extension Descriptor {
  /// The status of the open file.
  ///
  /// The corresponding C function is `statx` with `AT_EMPTY_PATH`.
  public func status() throws(Errno) -> Status {
    var raw = statx()
    _ = try call {
      unsafe iopmem_statx(rawValue, "", iopmem_AT_EMPTY_PATH, STATX_BASIC_STATS, &raw)
    }
    return Status(raw)
  }
}
