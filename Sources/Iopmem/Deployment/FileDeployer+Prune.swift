internal import Linux
internal import SystemPackage

extension FileDeployer {
  /// The files that an earlier run placed, as they say themselves, and that are no longer declared:
  /// paths from the root, in the order of `FilePath.precedes`.
  func undeclared() throws(Failure) -> [FilePath] {
    let declared = Set(fileSystem.files.map(\.path))
    var found: [FilePath] = []
    var pending = [FilePath()]
    while let folder = pending.popLast() {
      if Interruption.signal != nil { throw .interrupted() }
      let open = try OpenFolder.descend(
        folder, in: root, at: fileSystem.mountPoint, makes: false)
      // What went away meanwhile holds nothing of ours.
      guard let open else { continue }
      let shown = fileSystem.mountPoint.appending(folder.components)
      try explain(shown, "cannot be searched") { () throws(Errno) in
        let device = try open.status().device
        var directory = try Directory(
          taking: Descriptor(".", in: open, .readOnly, options: .directory))
        while let entry = try directory.next() {
          let path = folder.entry(entry.name)
          let status = try open.status(of: entry.name)
          // No run makes a path that is none, and nothing of ours is on another file system.
          guard DeployedName.problem(path.bytes) == nil, status.device == device else { continue }
          if status.kind == .directory { pending.append(path) }
          if status.kind == .regular, !declared.contains(path),
            try Self.isOurs(entry.name, in: open)
          {
            found.append(path)
          }
        }
      }
    }
    return found.sorted { $0.precedes($1) }
  }

  /// Removes a file that is no longer declared, and takes its pin away before; keeps one that is not
  /// what was placed, or that has other names.
  func remove(_ name: FilePath) throws(Failure) -> DeployedItem {
    let path = fileSystem.mountPoint.appending(name.components)
    let folder = try OpenFolder.descend(
      name.removingLastComponent(), in: root, at: fileSystem.mountPoint, makes: false)
    guard let folder else {
      throw Failure(.failed, path, "went away meanwhile", remedy: "try again")
    }
    let last = FilePath(root: nil, name.components.suffix(1))
    let file = try explain(path, "cannot be opened") { () throws(Errno) in
      try Descriptor(last, in: folder, .readOnly, options: [.noFollow, .nonBlocking])
    }
    let status = try explain(path, "cannot read") { () throws(Errno) in try file.status() }
    if let reason = try SourceRecord(of: file, path).reasonToKeep(FileState(status)) {
      return DeployedItem(.file, path, .kept, reason: reason)
    }
    let item = DeployedItem(.file, path, .removed, reason: "it is no longer declared")
    if plans { return item }
    try explain(path, "cannot be removed") { () throws(Errno) in
      // Who may write the folder can have given the name to another.
      guard try folder.status(of: last).isSameFile(as: status) else { throw .noSuchFileOrDirectory }
      if status.attributes.contains(.immutable) { try file.setImmutable(false) }
      try folder.removeName(last)
      try folder.synchronize()
    }
    return item
  }

  /// Whether a regular file has a record of its own.
  private static func isOurs(
    _ name: FilePath, in folder: borrowing Descriptor
  ) throws(Errno) -> Bool {
    let file = try Descriptor(name, in: folder, .readOnly, options: [.noFollow, .nonBlocking])
    guard let value = try ExtendedAttribute.value(of: SourceRecord.name, from: file) else {
      return false
    }
    return SourceRecord(value)?.placed.inode == (try file.status().inode)
  }
}

extension SourceRecord? {
  /// Says why a file with this record is not removed though it is no longer declared; nil if nothing
  /// speaks against it. The bytes and times of a buffer are a peer's.
  func reasonToKeep(_ state: FileState) -> String? {
    guard state.kind == .regular, let record = self, record.placed.inode == state.inode else {
      return "it is no longer the file that was placed"
    }
    guard state.links == 1 else { return "it has \(state.links) names" }
    if state.isAppendOnly { return "it is append-only" }
    if record.placed.size != state.size { return "its size was changed since it was placed" }
    if record.origin != .buffer, record.placed.modified != state.stamp.modified {
      return "it was written since it was placed"
    }
    return nil
  }
}
