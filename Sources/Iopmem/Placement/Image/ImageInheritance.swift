internal import Ext4
internal import Linux

/// Gives new inodes their permissions, owner and times: those of the source, or those that any new
/// file of this process gets.
struct ImageInheritance {
  let now: Status.Time
  private let latest: Status.Time?
  private let preserves: Bool
  private let pins: Bool
  private let mask = Process.creationMask

  init(_ options: PlacementOptions) {
    now = options.imageTime ?? .now
    latest = options.imageTime
    preserves = options.preserves
    pins = options.pins
  }

  /// Chooses what the inode of an entry gets.
  func attributes(_ entry: Manifest.Entry) -> NewAttributes {
    let isPinned = (entry.given?.isPinned ?? pins) && entry.content.fileSize != nil
    if preserves, let status = entry.status {
      return NewAttributes(
        permissions: entry.isLink ? 0o777 : status.permissions, user: status.user,
        group: status.group, accessed: accessed(status), modified: modified(status), changed: now,
        isImmutable: isPinned)
    }
    let usual: UInt16 = entry.content == .directory ? 0o777 : 0o666
    let permissions =
      entry.given?.permissions ?? (entry.status?.permissions ?? usual) & 0o777 & ~mask
    return NewAttributes(
      permissions: entry.isLink ? 0o777 : permissions,
      user: entry.given?.user ?? Process.effectiveUser,
      group: entry.given?.group ?? Process.effectiveGroup, accessed: now, modified: now,
      changed: now,
      isImmutable: isPinned)
  }
}

extension ImageInheritance {
  private func modified(_ status: Status) -> Status.Time {
    guard let latest else { return status.modified }
    return min(status.modified, latest)
  }

  /// Whoever reads a source changes its last access, so an image that is to be made again has none.
  private func accessed(_ status: Status) -> Status.Time {
    latest == nil ? status.accessed : modified(status)
  }
}

extension Manifest.Entry {
  fileprivate var isLink: Bool { if case .link = content { true } else { false } }
}
