internal import Ext4
internal import Linux
internal import SystemPackage

extension ChangeableFileSystem {
  /// Makes the inodes and names of a plan whose data are on the device.
  ///
  /// Names in the destination directory come last: what a crash leaves behind is unnamed, and
  /// the file system says that it is not clean.
  /// - Returns: the inodes, in the order of the manifest.
  func write(
    _ target: ImageTarget, _ plan: ImagePlan, _ options: PlacementOptions
  ) throws(Ext4Error) -> [UInt32] {
    let unit = UInt64(base.blockSize)
    let inheritance = ImageInheritance(options)
    let entries = target.manifest.entries
    let runs = plan.runs.map { runs in
      runs.map { $0.start.rawValue / unit..<$0.end.rawValue / unit }
    }
    for run in runs.joined() { try base.claim(run) }
    try base.beginChanges()
    var directories: [FilePath: UInt32] = [FilePath(): target.directory]
    var inodes: [UInt32] = []
    for (entry, runs) in zip(entries, runs) {
      let parent = directories[entry.path.removingLastComponent()] ?? target.directory
      let number = try make(entry, runs, inheritance.attributes(entry), in: parent)
      if entry.content == .directory { directories[entry.path] = number }
      if parent != target.directory { try name(entry, number, in: parent) }
      inodes.append(number)
    }
    // Names put into a directory change its times.
    for (entry, number) in zip(entries, inodes) where entry.content == .directory {
      try base.set(inheritance.attributes(entry), of: number)
    }
    for (entry, number) in zip(entries, inodes) where entry.path.components.count == 1 {
      if let old = target.replaced[entry.path] {
        try base.removeName(entry.path, of: old, in: target.directory, at: inheritance.now)
      }
      try name(entry, number, in: target.directory)
    }
    try base.commitChanges()
    return inodes
  }

  private func make(
    _ entry: Manifest.Entry, _ runs: [Range<UInt64>], _ attributes: NewAttributes,
    in parent: UInt32
  ) throws(Ext4Error) -> UInt32 {
    switch entry.content {
    case .directory: try base.makeDirectory(in: parent, attributes)
    case .link(let target): try base.makeSymbolicLink(to: target, attributes, near: parent)
    case .copy(_, let size), .zeros(let size):
      try base.makeFile(size: size.rawValue, runs: runs, attributes, near: parent)
    }
  }

  private func name(
    _ entry: Manifest.Entry, _ number: UInt32, in directory: UInt32
  ) throws(Ext4Error) {
    guard let last = entry.path.lastComponent else { throw .notFound }
    let kind: Status.Kind =
      switch entry.content {
      case .directory: .directory
      case .link: .symbolicLink
      case .copy, .zeros: .regular
      }
    try base.addName(FilePath(root: nil, [last]), for: number, kind, in: directory)
  }
}

/// Permissions, owner and times: the source's, or what any new file of this process gets.
private struct ImageInheritance {
  let now = Status.Time.now
  private let preserves: Bool
  private let pins: Bool
  private let mask = Process.creationMask

  init(_ options: PlacementOptions) {
    preserves = options.preserves
    pins = options.pins
  }

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
