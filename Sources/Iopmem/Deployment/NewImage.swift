internal import Linux
internal import SystemPackage

/// An image that has no name until it is whole; a run that is killed leaves nothing of it.
struct NewImage: ~Copyable {
  /// The name that it is to have.
  let path: FilePath
  let file: Descriptor
  private let folder: Descriptor
  private let name: FilePath

  /// Makes an empty file, where the image is to be.
  init(for path: FilePath) throws(Failure) {
    guard let last = path.lastComponent else {
      throw Failure(.refused, path, "is no regular file", remedy: "name the image itself")
    }
    let folder = try explain(path, "cannot be made") { () throws(Errno) in
      try Descriptor(path.removingLastComponent(), .readOnly, options: .directory)
    }
    self.init(
      path: path, file: try Self.makeNameless(in: folder, path), folder: folder,
      name: FilePath(root: nil, [last]))
  }

  private init(
    path: FilePath, file: consuming Descriptor, folder: consuming Descriptor, name: FilePath
  ) {
    self.path = path
    self.file = file
    self.folder = folder
    self.name = name
  }

  private static func makeNameless(
    in folder: borrowing Descriptor, _ path: FilePath
  ) throws(Failure) -> Descriptor {
    do {
      return try Descriptor(
        ".", in: folder, .readWrite, options: .temporary,
        permissions: FilePermissions(rawValue: 0o666))
    } catch {
      guard error == .notSupported || error == .isDirectory else {
        throw Failure(error, path, "cannot be made")
      }
      throw Failure(
        .refused, path, "is on a file system that has no files without names",
        remedy: "keep it on ext4, xfs, btrfs or tmpfs", cause: error)
    }
  }

  /// Takes over the bytes of an image.
  func copyBytes(of old: borrowing HeldImage) throws(Failure) {
    do { try file.copy(old.file, size: old.status.size) } catch {
      if error == .interrupted { throw .interrupted() }
      throw Failure(error, path, "cannot be copied", remedy: "nothing was changed")
    }
  }

  /// Takes over an image's owner, mode and extended attributes.
  func copyRights(of old: borrowing HeldImage) throws(Failure) {
    try explain(path, "cannot be copied") { () throws(Errno) in
      try file.setOwner(user: old.status.user, group: old.status.group)
      for attribute in try ExtendedAttribute.all(of: old.path) where !attribute.isOfSecurityModule {
        try attribute.set(on: file)
      }
      try file.setPermissions(old.status.permissions)
    }
  }

  /// Gives the file its name, in place of the old one if there is one.
  func publish(replacing old: borrowing HeldImage?) throws(Failure) {
    try explain(path, "cannot be written") { () throws(Errno) in try file.synchronize() }
    switch old {
    case .none:
      do { try folder.link(file, as: name) } catch .fileExists {
        throw Failure(
          .failed, path, "was made by another program meanwhile", remedy: "run it again",
          cause: .fileExists)
      } catch { throw Failure(error, path, "cannot be given its name") }
    case .some(let old): try replace(old)
    }
    do { try folder.synchronize() } catch {
      throw .placed(path, "and may not last", cause: error)
    }
  }

  private static let suffix = Array(".iopmem-image".utf8)
  private var prefix: [UInt8] { Array(".".utf8) + name.bytes.prefix(200) + Array(".".utf8) }

  private func replace(_ old: borrowing HeldImage) throws(Failure) {
    try sweep()
    let staged: FilePath
    while true {
      let mark = String(UInt64.random(in: 0 ... .max), radix: 36)
      let name = FilePath(bytes: prefix + Array(mark.utf8) + Self.suffix)
      do {
        try folder.link(file, as: name)
        staged = name
        break
      } catch {
        guard error == .fileExists else { throw Failure(error, path, "cannot be given a name") }
      }
    }
    do throws(Failure) {
      try old.expectUntouched()
      try explain(path, "cannot be replaced") { () throws(Errno) in
        guard try folder.status(of: staged).isSameFile(as: file.status()) else {
          throw .noSuchFileOrDirectory
        }
        try folder.rename(staged, to: folder, as: name, .replace)
      }
    } catch {
      var failure = error
      do { try folder.removeName(staged) } catch {
        failure.reason += "; and \(QuotedName(staged).text) stays beside it: \(error)"
      }
      throw failure
    }
  }

  /// Removes what a run that was killed has left: names alone, so that nothing else can be lost.
  private func sweep() throws(Failure) {
    try explain(path, "cannot be cleaned up beside") { () throws(Errno) in
      var names: [FilePath] = []
      var directory = try Directory(
        taking: Descriptor(".", in: folder, .readOnly, options: .directory))
      while let entry = try directory.next() {
        let bytes = entry.name.bytes
        guard bytes.starts(with: prefix), bytes.suffix(Self.suffix.count) == Self.suffix[...],
          bytes.count > prefix.count + Self.suffix.count,
          try folder.status(of: entry.name).kind == .regular
        else { continue }
        names.append(entry.name)
      }
      for name in names { try folder.removeName(name) }
    }
  }
}
