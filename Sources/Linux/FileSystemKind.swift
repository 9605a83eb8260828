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

  /// Whether its FIEMAP is known to report extents of the device itself: ext4 and XFS.
  public var reportsDeviceExtents: Bool { self == .ext4 || self == .xfs }

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
  /// The kind of the file system that holds the open file, and the block size in which it counts, in
  /// bytes: `f_type` and `f_bsize`.
  ///
  /// The corresponding C function is `fstatfs`.
  /// - Throws: `invalidArgument` for a block size that is none.
  public func fileSystem() throws(Errno) -> (kind: FileSystemKind, blockSize: UInt32) {
    var raw = statfs()
    _ = try call { unsafe fstatfs(rawValue, &raw) }
    guard let size = UInt32(exactly: raw.f_bsize), size > 0 else { throw .invalidArgument }
    return (FileSystemKind(rawValue: Int64(raw.f_type)), size)
  }
}
