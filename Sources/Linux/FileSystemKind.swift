internal import CLinux
public import SystemPackage

/// Which file system code answers for a file: `f_type` of statfs(2), values of linux/magic.h.
public struct FileSystemKind: RawRepresentable, Sendable, Hashable {
  /// The magic number.
  public let rawValue: Int64

  /// The kind of this magic number.
  public init(rawValue: Int64) { self.rawValue = rawValue }

  /// ext2, ext3 and ext4, which share one number.
  public static let ext4 = FileSystemKind(rawValue: Int64(EXT4_SUPER_MAGIC))
  /// XFS.
  public static let xfs = FileSystemKind(rawValue: Int64(XFS_SUPER_MAGIC))

  /// Whether FIEMAP speaks of the device's own bytes there, for all that is known: ext4 and XFS.
  public var tellsPlaces: Bool { self == .ext4 || self == .xfs }

  /// The usual name, or the number in hex.
  public var name: String {
    switch rawValue {
    case Int64(EXT4_SUPER_MAGIC): "ext4"
    case Int64(XFS_SUPER_MAGIC): "xfs"
    case Int64(BTRFS_SUPER_MAGIC): "btrfs"
    case Int64(TMPFS_MAGIC): "tmpfs"
    case Int64(OVERLAYFS_SUPER_MAGIC): "overlayfs"
    case Int64(F2FS_SUPER_MAGIC): "f2fs"
    case Int64(NFS_SUPER_MAGIC): "nfs"
    case 0x6573_5546: "fuse"
    default: "type 0x" + String(rawValue, radix: 16)
    }
  }
}

extension Descriptor {
  /// The file system that holds the open file.
  ///
  /// The corresponding C function is `fstatfs`.
  public func fileSystemKind() throws(Errno) -> FileSystemKind {
    var raw = statfs()
    _ = try call { unsafe fstatfs(rawValue, &raw) }
    return FileSystemKind(rawValue: Int64(raw.f_type))
  }

  /// The block size in which the file system counts: `f_bsize`.
  ///
  /// The corresponding C function is `fstatfs`.
  public func fileSystemBlockSize() throws(Errno) -> UInt32 {
    var raw = statfs()
    _ = try call { unsafe fstatfs(rawValue, &raw) }
    guard let size = UInt32(exactly: raw.f_bsize), size > 0 else { throw .invalidArgument }
    return size
  }
}
