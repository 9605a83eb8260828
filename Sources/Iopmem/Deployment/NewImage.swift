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

  /// Takes over an image's owner, mode, extended attributes, and those of chattr(1) that any file can
  /// be given.
  func copyRights(of old: borrowing HeldImage) throws(Failure) {
    let attributes = try old.keptAttributes()
    try explain(path, "cannot be copied") { () throws(Errno) in
      try file.setOwner(user: old.status.user, group: old.status.group)
      for attribute in try ExtendedAttribute.all(of: old.file) where !attribute.isOfSecurityModule {
        try attribute.set(on: file)
      }
      try file.setPermissions(old.status.permissions)
      if !attributes.isEmpty { try file.add(attributes) }
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

  private func replace(_ old: borrowing HeldImage) throws(Failure) {
    let names = StagedName(for: name, suffix: ".iopmem-image")
    var staged = names.fresh()
    try explain(path, "cannot be given a name beside the old one") { () throws(Errno) in
      try names.sweep(folder)
      while true {
        do throws(Errno) { return try folder.link(file, as: staged) } catch {
          guard error == .fileExists else { throw error }
          staged = names.fresh()
        }
      }
    }
    do throws(Failure) {
      try old.expectUntouched()
      try explain(path, "cannot be replaced") { () throws(Errno) in
        // The folder's path may have led elsewhere when the old one was opened.
        guard try folder.status(of: staged).isSameFile(as: file.status()),
          try folder.status(of: name).isSameFile(as: old.status)
        else { throw .noSuchFileOrDirectory }
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
}
