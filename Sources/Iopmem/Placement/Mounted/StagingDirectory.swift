internal import Linux
internal import SystemPackage

/// A hidden directory in which files are made until all of them are whole.
///
/// It is locked while its owner lives. A placement that was killed leaves one behind unlocked,
/// and the next into the same directory removes it.
struct StagingDirectory: ~Copyable {
  /// The open directory.
  let descriptor: Descriptor
  private let name: FilePath

  static let prefix = ".iopmem-place."

  /// Makes the directory below a parent.
  init(in parent: borrowing Descriptor) throws(Errno) {
    while true {
      let name = FilePath(Self.prefix + String(UInt64.random(in: 0 ... .max), radix: 36))
      do { try parent.makeDirectory(name, permissions: 0o700) } catch {
        if error == .fileExists { continue }
        throw error
      }
      // Between making and locking, another placement may have taken it for a dead one's.
      guard let descriptor = try Self.locked(name, in: parent) else { continue }
      self.descriptor = descriptor
      self.name = name
      return
    }
  }

  /// Removes the directory with all in it.
  func remove(from parent: borrowing Descriptor) throws(Errno) {
    try empty(descriptor)
    try parent.removeName(name, isDirectory: true)
  }

  /// Renames the directory so that people see it and no placement removes it.
  /// - Returns: the new name.
  func keep(in parent: borrowing Descriptor) throws(Errno) -> FilePath {
    let kept = FilePath("replaced" + name.string)
    try parent.rename(name, to: parent, as: kept, .keep)
    return kept
  }

  /// Removes what killed placements have left in a directory.
  static func sweep(_ parent: borrowing Descriptor) throws(Errno) {
    let own = try Descriptor(".", in: parent, .readOnly, options: .directory)
    var directory = try Directory(taking: own)
    var stale: [FilePath] = []
    while let entry = try directory.next() {
      if entry.name.bytes.starts(with: prefix.utf8) { stale.append(entry.name) }
    }
    for name in stale {
      // Its owner may be done with it by now.
      guard let status = try? parent.status(of: name), status.user == Process.effectiveUser,
        let lock = try locked(name, in: parent)
      else { continue }
      try empty(lock)
      try parent.removeName(name, isDirectory: true)
    }
  }

  /// Opens and locks a directory; nil if another process has it locked, or it is gone, or is no
  /// directory.
  private static func locked(
    _ name: FilePath, in parent: borrowing Descriptor
  ) throws(Errno) -> Descriptor? {
    do {
      let descriptor = try Descriptor(
        name, in: parent, .readOnly, options: [.directory, .noFollow])
      try descriptor.lock()
      let isNamed = try parent.status(of: name).inode == descriptor.status().inode
      return if isNamed { consume descriptor } else { nil }
    } catch {
      let harmless: [Errno] = [
        .noSuchFileOrDirectory, .wouldBlock, .notDirectory, .tooManySymbolicLinkLevels,
      ]
      guard harmless.contains(error) else { throw error }
      return nil
    }
  }
}

/// Removes everything in an open directory; links are not followed.
///
/// No path has two parts: whoever owns the folder above may put a link in the place of any name.
private func empty(_ directory: borrowing Descriptor) throws(Errno) {
  // Copies of directories that nobody may write.
  if Process.effectiveUser != 0 { try directory.setPermissions(0o700) }
  let own = try Descriptor(".", in: directory, .readOnly, options: .directory)
  var listing = try Directory(taking: own)
  var names: [FilePath] = []
  while let entry = try listing.next() { names.append(entry.name) }
  for name in names {
    guard let inner = try openedIfDirectory(name, in: directory) else {
      try directory.removeName(name)
      continue
    }
    try empty(inner)
    try directory.removeName(name, isDirectory: true)
  }
}

/// Opens a directory of our own; nil for what is none.
private func openedIfDirectory(
  _ name: FilePath, in parent: borrowing Descriptor
) throws(Errno) -> Descriptor? {
  do { return try opened(name, in: parent) } catch {
    guard error == .notDirectory || error == .tooManySymbolicLinkLevels else { throw error }
    return nil
  }
}

/// Opens a directory of our own, even if its permissions forbid reading.
private func opened(
  _ name: FilePath, in parent: borrowing Descriptor
) throws(Errno) -> Descriptor {
  func open() throws(Errno) -> Descriptor {
    try Descriptor(name, in: parent, .readOnly, options: [.directory, .noFollow])
  }
  do { return try open() } catch {
    guard error == .permissionDenied else { throw error }
    try parent.setPermissions(of: name, 0o700)
    return try open()
  }
}
