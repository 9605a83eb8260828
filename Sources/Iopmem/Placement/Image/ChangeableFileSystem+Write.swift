internal import Ext4
internal import Linux
internal import SystemPackage

extension ChangeableFileSystem {
  /// Makes the inodes and names of a plan whose data are on the device.
  ///
  /// Names in the destination directory come last: what a crash leaves behind is unnamed, and
  /// the file system says that it is not clean.
  /// - Returns: what was made, in the order of the plan.
  func write(
    _ plan: ImagePlan, _ target: ImageTarget, _ options: PlacementOptions
  ) throws(Ext4Error) -> [MadeEntry] {
    let inheritance = ImageInheritance(options)
    for run in plan.runs { try base.claim(run.bytes) }
    try base.beginChanges()
    var directories: [FilePath: UInt32] = [FilePath(): target.directory]
    var made: [MadeEntry] = []
    for planned in plan.entries {
      let entry = planned.entry
      let parent = directories[entry.path.removingLastComponent()] ?? target.directory
      let number = try make(planned, inheritance.attributes(entry), in: parent)
      if entry.content == .directory { directories[entry.path] = number }
      if parent != target.directory { try name(entry, number, in: parent) }
      made.append(MadeEntry(planned: planned, inode: number))
    }
    // Names put into a directory change its times.
    for new in made where new.planned.entry.content == .directory {
      try base.set(inheritance.attributes(new.planned.entry), of: new.inode)
    }
    try publish(made.filter(\.planned.entry.isTop), target, at: inheritance.now)
    try base.commitChanges()
    return made
  }

  /// Gives what was made its names, or those of what it replaces.
  ///
  /// Wherever this is cut off, and whatever the device kept of it, each name leads to nothing, to the old
  /// file, or to the new one, which is whole: what one step needs of the step before is on the device.
  private func publish(
    _ tops: [MadeEntry], _ target: ImageTarget, at now: Status.Time
  ) throws(Ext4Error) {
    try base.writeChanges()
    var replaced: [UInt32] = []
    for new in tops {
      let entry = new.planned.entry
      if let old = target.replaced[entry.path] {
        try base.moveName(try last(of: entry), to: new.inode, entry.kind, in: target.directory)
        replaced.append(old)
      } else {
        try name(entry, new.inode, in: target.directory)
      }
    }
    if replaced.isEmpty { return }
    try base.writeChanges()
    for old in replaced { try base.release(old, at: now) }
  }

  func make(
    _ planned: PlannedEntry, _ attributes: NewAttributes, in parent: UInt32
  ) throws(Ext4Error) -> UInt32 {
    switch planned.entry.content {
    case .directory: try base.makeDirectory(in: parent, attributes)
    case .link(let target): try base.makeSymbolicLink(to: target, attributes, near: parent)
    case .copy(_, let size), .zeros(let size):
      try base.makeFile(
        size: size.rawValue, runs: planned.runs.map(\.bytes), attributes, near: parent
      ) { number in
        planned.entry.given.map {
          let stamp = SourceRecord.Stamp(
            inode: UInt64(number), size: size.rawValue, modified: attributes.modified)
          return SourceRecord(origin: $0.origin, placed: stamp).attribute
        }
      }
    }
  }

  func name(
    _ entry: Manifest.Entry, _ number: UInt32, in directory: UInt32
  ) throws(Ext4Error) {
    try base.addName(try last(of: entry), for: number, entry.kind, in: directory)
  }

  /// The name of an entry in its directory.
  private func last(of entry: Manifest.Entry) throws(Ext4Error) -> FilePath {
    guard let last = entry.path.lastComponent else { throw .notFound }
    return FilePath(root: nil, [last])
  }
}

extension Manifest.Entry {
  fileprivate var kind: Status.Kind {
    switch content {
    case .directory: .directory
    case .link: .symbolicLink
    case .copy, .zeros: .regular
    }
  }
}
