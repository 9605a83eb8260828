internal import Ext4
internal import Linux

/// Gives new inodes their permissions, owner and times: those of the source, or those that any new
/// file of this process gets.
struct ImageInheritance {
  let now = Status.Time.now
  private let preserves: Bool
  private let pins: Bool
  private let mask = Process.creationMask

  init(_ options: PlacementOptions) {
    preserves = options.preserves
    pins = options.pins
  }

  /// Chooses what the inode of an entry gets.
  func attributes(_ entry: Manifest.Entry) -> NewAttributes {
    let isPinned = pins && entry.content.fileSize != nil
    if preserves, let status = entry.status {
      return NewAttributes(
        permissions: entry.isLink ? 0o777 : status.permissions, user: status.user,
        group: status.group, accessed: status.accessed, modified: status.modified, changed: now,
        isImmutable: isPinned)
    }
    let usual: UInt16 = entry.content == .directory ? 0o777 : 0o666
    let permissions = (entry.status?.permissions ?? usual) & 0o777 & ~mask
    return NewAttributes(
      permissions: entry.isLink ? 0o777 : permissions, user: Process.effectiveUser,
      group: Process.effectiveGroup, accessed: now, modified: now, changed: now,
      isImmutable: isPinned)
  }
}

extension Manifest.Entry {
  fileprivate var isLink: Bool { if case .link = content { true } else { false } }
}
