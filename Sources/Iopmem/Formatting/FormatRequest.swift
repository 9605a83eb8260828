public import Linux
public import SystemPackage

/// What the operator asks of `mkfs.iopmem`, before anything of the device is known.
public struct FormatRequest: Sendable {
  /// The file systems of which the kernel can map files by DAX, and whose extents are known to
  /// speak of the device.
  public enum FileSystemType: String, CaseIterable, Sendable {
    case ext4
    case xfs
  }

  /// How large the journal is to be.
  public enum Journal: Hashable, Sendable {
    /// As small as still keeps the file system whole when the machine stops.
    case smallest
    /// This many bytes.
    case size(ByteCount)
    /// None: after a crash only fsck can tell what is left.
    case none
  }

  /// Whether the device is locked against udev and other careful programs, by flock(2): what
  /// systemd's "Locking Block Device Access" asks for, and how util-linux lets one choose.
  public enum Lock: Sendable {
    /// Locked, after a while of waiting.
    case soon
    /// Locked, however long it takes.
    case wait
    /// Locked at once.
    case now
    /// Not locked.
    case none

    /// A choice by its name in `LOCK_BLOCK_DEVICE`, as util-linux knows it; nil for any other.
    public init?(name: some StringProtocol) {
      switch name {
      case "yes", "1": self = .wait
      case "no", "0": self = .none
      case "nonblock": self = .now
      default: return nil
      }
    }
  }

  /// The block device or image file.
  public var device: FilePath
  /// Where in the image the file system is to begin.
  public var place = ImageName.Place.whole
  /// How much of the image it may have, from an offset on; nil for all that is there.
  public var length: ByteCount?
  /// What to make on it.
  public var type = FileSystemType.ext4
  /// The label, as bytes; nil for none.
  public var label: [UInt8]?
  /// The UUID; nil for one at random.
  public var uuid: VolumeUUID?
  /// The journal; xfs calls it its log.
  public var journal = Journal.smallest
  /// How many files there can be; nil for one a MiB. Of ext4 only.
  public var inodes: UInt64?
  /// What large files are to be aligned to, in bytes: a power of two, a page or more.
  public var alignment = ByteCount.pmd
  /// The length of the image file to make; nil for a device or file as it is.
  public var imageSize: ByteCount?
  /// Whether what the device holds may be overwritten. Never overrides that it is in use.
  public var overwrites = false
  /// The time that the file system shows as its own, in place of now. Of ext4 only.
  public var time: Status.Time?
  /// How the device is locked.
  public var lock = Lock.soon
  /// Whether the tool is to say what it does.
  public var isVerbose = false
  /// Arguments for the tool, which come last; what it makes of them is verified as all else is.
  public var extraArguments: [[UInt8]] = []

  /// A request with every choice left to the defaults.
  public init(device: FilePath) { self.device = device }
}
