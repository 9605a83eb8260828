internal import CExt2fs
public import Linux

/// Permissions, owner, times and more of an inode that is made.
public struct NewAttributes: Sendable {
  /// The low 12 bits of the mode.
  public var permissions: UInt16
  /// The owner.
  public var user: UInt32
  /// The group.
  public var group: UInt32
  /// The last access.
  public var accessed: Status.Time
  /// The last change of the bytes.
  public var modified: Status.Time
  /// The last change of the inode.
  public var changed: Status.Time
  /// The kernel is to keep the file as it is: `EXT2_IMMUTABLE_FL`.
  public var isImmutable: Bool

  /// Attributes of these parts.
  public init(
    permissions: UInt16, user: UInt32, group: UInt32, accessed: Status.Time,
    modified: Status.Time, changed: Status.Time, isImmutable: Bool = false
  ) {
    self.permissions = permissions
    self.user = user
    self.group = group
    self.accessed = accessed
    self.modified = modified
    self.changed = changed
    self.isImmutable = isImmutable
  }

  /// Writes the attributes into an inode, whose kind of thing stays.
  /// - Parameter extra: how many bytes the inode has after the first 128; times need 16 of them
  ///   for nanoseconds and years after 2038.
  func apply(to inode: inout ext2_inode_large, extra: UInt16) {
    inode.i_mode = inode.i_mode & UInt16(LINUX_S_IFMT) | permissions & 0o7777
    inode.i_uid = UInt16(truncatingIfNeeded: user)
    unsafe inode.osd2.linux2.l_i_uid_high = UInt16(truncatingIfNeeded: user >> 16)
    inode.i_gid = UInt16(truncatingIfNeeded: group)
    unsafe inode.osd2.linux2.l_i_gid_high = UInt16(truncatingIfNeeded: group >> 16)
    if isImmutable { inode.i_flags |= UInt32(EXT2_IMMUTABLE_FL) }
    let hasExtra = extra >= 16
    inode.i_atime = accessed.stored(hasExtra)
    inode.i_mtime = modified.stored(hasExtra)
    inode.i_ctime = changed.stored(hasExtra)
    inode.i_extra_isize = extra
    guard hasExtra else { return }
    inode.i_atime_extra = accessed.storedExtra
    inode.i_mtime_extra = modified.storedExtra
    inode.i_ctime_extra = changed.storedExtra
    if extra >= 24 {
      inode.i_crtime = changed.stored(true)
      inode.i_crtime_extra = changed.storedExtra
    }
  }
}

/// How ext4 keeps a time: seconds as 32 signed bits, and a word of two more bits of seconds and
/// the nanoseconds (Documentation/filesystems/ext4/inodes.rst, "Inode Timestamps").
extension Status.Time {
  private static let first = Int64(Int32.min)
  private static let last = Int64(Int32.max)
  private static let lastWithExtra = Int64(Int32.max) + 3 << 32

  fileprivate func stored(_ hasExtra: Bool) -> UInt32 {
    UInt32(truncatingIfNeeded: clamped(hasExtra))
  }

  fileprivate var storedExtra: UInt32 {
    let seconds = clamped(true)
    let low = Int64(Int32(truncatingIfNeeded: seconds))
    let epoch = UInt32(truncatingIfNeeded: (seconds - low) >> 32) & 3
    return min(nanoseconds, 999_999_999) << 2 | epoch
  }

  private func clamped(_ hasExtra: Bool) -> Int64 {
    min(max(seconds, Self.first), hasExtra ? Self.lastWithExtra : Self.last)
  }
}
