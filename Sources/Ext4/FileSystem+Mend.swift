internal import CExt2fs
public import Linux

extension Inode {
  /// The low 12 bits of the mode.
  public var permissions: UInt16 { raw.i_mode & 0o7777 }

  /// The owner.
  public var user: UInt32 {
    unsafe UInt32(raw.i_uid) | UInt32(raw.osd2.linux2.l_i_uid_high) << 16
  }

  /// The group.
  public var group: UInt32 {
    unsafe UInt32(raw.i_gid) | UInt32(raw.osd2.linux2.l_i_gid_high) << 16
  }
}

extension FileSystem {
  /// What of an inode is set anew; what is nil stays.
  public struct Mend: Sendable {
    /// The low 12 bits of the mode.
    public var permissions: UInt16?
    /// The owner.
    public var user: UInt32?
    /// The group.
    public var group: UInt32?
    /// Whether the kernel is to keep the file as it is: `EXT2_IMMUTABLE_FL`.
    public var isImmutable: Bool?

    /// A mend of these parts.
    public init(permissions: UInt16?, user: UInt32?, group: UInt32?, isImmutable: Bool?) {
      self.permissions = permissions
      self.user = user
      self.group = group
      self.isImmutable = isImmutable
    }
  }

  /// Sets what can be set of a file without another inode.
  ///
  /// The corresponding C function is `ext2fs_write_inode`.
  public func mend(
    _ number: UInt32, _ mend: Mend, at time: Status.Time
  ) throws(Ext4Error) {
    var raw = ext2_inode()
    try check(unsafe ext2fs_read_inode(handle, number, &raw))
    if let permissions = mend.permissions {
      raw.i_mode = raw.i_mode & UInt16(LINUX_S_IFMT) | permissions & 0o7777
    }
    if let user = mend.user {
      raw.i_uid = UInt16(truncatingIfNeeded: user)
      unsafe raw.osd2.linux2.l_i_uid_high = UInt16(truncatingIfNeeded: user >> 16)
    }
    if let group = mend.group {
      raw.i_gid = UInt16(truncatingIfNeeded: group)
      unsafe raw.osd2.linux2.l_i_gid_high = UInt16(truncatingIfNeeded: group >> 16)
    }
    if let isImmutable = mend.isImmutable {
      let flag = UInt32(EXT2_IMMUTABLE_FL)
      raw.i_flags = isImmutable ? raw.i_flags | flag : raw.i_flags & ~flag
    }
    raw.i_ctime = UInt32(truncatingIfNeeded: time.seconds)
    try check(unsafe ext2fs_write_inode(handle, number, &raw))
  }

  /// When the bytes of a file were last changed.
  ///
  /// Source: Documentation/filesystems/ext4/inodes.rst, "Inode Timestamps".
  public func modified(_ inode: Inode) throws(Ext4Error) -> Status.Time {
    let seconds = Int64(Int32(bitPattern: inode.raw.i_mtime))
    let bytes = try wholeInode(inode.number)
    // `i_mtime_extra` of `struct ext2_inode_large`, if the inode says that it has so much.
    guard bytes.count >= 140, bytes.word16(128) >= 12 else {
      return Status.Time(seconds: seconds, nanoseconds: 0)
    }
    let extra = bytes.word32(136)
    return Status.Time(seconds: seconds + Int64(extra & 3) << 32, nanoseconds: extra >> 2)
  }
}
