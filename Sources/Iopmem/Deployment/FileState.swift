internal import Ext4
internal import Linux

/// What is there under a file's name, on a mounted file system or in an image.
struct FileState: Equatable {
  var kind: Status.Kind
  /// The low 12 bits of the mode.
  var permissions: UInt16
  var user: UInt32
  var group: UInt32
  /// How many names it has.
  var links: UInt32
  /// Whether it is pinned.
  var isImmutable: Bool
  /// Whether it can only grow, and keeps its name: nobody set that here.
  var isAppendOnly: Bool
  /// What tells this state from another.
  var stamp: SourceRecord.Stamp

  /// The length in bytes.
  var size: UInt64 { stamp.size }
  /// The inode's number.
  var inode: UInt64 { stamp.inode }

  init(_ status: Status) {
    kind = status.kind
    permissions = status.permissions
    user = status.user
    group = status.group
    links = status.links
    isImmutable = status.attributes.contains(.immutable)
    isAppendOnly = status.attributes.contains(.appendOnly)
    stamp = SourceRecord.Stamp(status)
  }

  /// - Parameter modified: when its bytes were last changed.
  init(_ inode: Ext4.Inode, modified: Status.Time) {
    kind = inode.kind
    permissions = inode.permissions
    user = inode.user
    group = inode.group
    links = UInt32(inode.links)
    isImmutable = inode.isImmutable
    isAppendOnly = inode.isAppendOnly
    stamp = SourceRecord.Stamp(
      inode: UInt64(inode.number), size: inode.size, modified: modified)
  }
}
