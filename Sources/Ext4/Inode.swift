internal import CExt2fs
public import Linux

/// An inode as it stands on the device.
public struct Inode: Sendable {
  /// Its number, from 1.
  public let number: UInt32
  let raw: ext2_inode

  /// The root directory's number.
  public static let rootNumber = UInt32(EXT2_ROOT_INO)
  /// The number of `lost+found` where mke2fs(8) made it: the first that is not reserved.
  public static let lostAndFoundNumber = UInt32(EXT2_GOOD_OLD_FIRST_INO)

  /// What kind of thing it is.
  public var kind: Status.Kind {
    switch Int32(raw.i_mode) & LINUX_S_IFMT {
    case LINUX_S_IFREG: .regular
    case LINUX_S_IFDIR: .directory
    case LINUX_S_IFLNK: .symbolicLink
    case LINUX_S_IFBLK: .blockDevice
    case LINUX_S_IFCHR: .characterDevice
    case LINUX_S_IFIFO: .fifo
    case LINUX_S_IFSOCK: .socket
    default: .other
    }
  }

  /// The length in bytes.
  public var size: UInt64 { UInt64(raw.i_size) | UInt64(raw.i_size_high) << 32 }

  /// Another whenever the inode is given to a new file.
  public var generation: UInt32 { raw.i_generation }

  /// How many names it has; 0 for a deleted inode.
  public var links: UInt16 { raw.i_links_count }

  /// The bytes are not on the device as the file's reader sees them: `EXT4_ENCRYPT_FL`.
  public var isEncrypted: Bool { raw.i_flags & UInt32(EXT4_ENCRYPT_FL) != 0 }

  /// A directory in which names that differ by case alone are one: `EXT4_CASEFOLD_FL`.
  public var foldsCase: Bool { raw.i_flags & UInt32(EXT4_CASEFOLD_FL) != 0 }

  /// The kernel keeps the file as it is: `EXT2_IMMUTABLE_FL`.
  public var isImmutable: Bool { raw.i_flags & UInt32(EXT2_IMMUTABLE_FL) != 0 }
  /// What is there cannot be changed, nor its name taken away: `EXT2_APPEND_FL`.
  public var isAppendOnly: Bool { raw.i_flags & UInt32(EXT2_APPEND_FL) != 0 }
}

extension FileSystem {
  /// Reads an inode.
  ///
  /// The corresponding C function is `ext2fs_read_inode`, which checks the number and checksum.
  public func inode(_ number: UInt32) throws(Ext4Error) -> Inode {
    var raw = ext2_inode()
    try check(unsafe ext2fs_read_inode(handle, number, &raw))
    return Inode(number: number, raw: raw)
  }
}
