internal import Linux
internal import SystemPackage

/// An image file that has no bytes yet, and was locked before it gets any.
struct NewImageFile: ~Copyable {
  private let path: FilePath
  private let status: Status
  /// Whether it was not there before.
  private let isNew: Bool
  private let file: Descriptor

  /// Makes a file, or takes one that is empty.
  /// - Throws: `Failure`, also for one that has bytes by the time that it is locked.
  static func make(_ path: FilePath, _ lock: FormatRequest.Lock) throws(Failure) -> NewImageFile {
    if let new = try open(new: path) {
      return try NewImageFile(path, new, isNew: true, lock)
    }
    let old = try explain(path, "cannot be made") { () throws(Errno) in
      try Descriptor(path, .readWrite, options: .nonBlocking)
    }
    return try NewImageFile(path, old, isNew: false, lock)
  }

  private init(
    _ path: FilePath, _ file: consuming Descriptor, isNew: Bool, _ lock: FormatRequest.Lock
  ) throws(Failure) {
    try lock.take(file, path)
    let status: Status
    let now: Status
    do throws(Errno) {
      status = try file.status()
      now = try Status(of: path, followingLinks: true)
    } catch { throw Failure(error, path, "cannot be made") }
    guard status.kind == .regular, status.size == 0, now.isSameFile(as: status) else {
      throw Failure(
        .failed, path, "was made by another program meanwhile", remedy: "run it again",
        cause: .fileExists)
    }
    self.path = path
    self.status = status
    self.isNew = isNew
    self.file = file
  }

  /// - Returns: nil if the name is taken.
  private static func open(new path: FilePath) throws(Failure) -> Descriptor? {
    do throws(Errno) {
      return try Descriptor(
        path, .readWrite, options: [.create, .exclusive],
        permissions: FilePermissions(rawValue: 0o666))
    } catch {
      guard error == .fileExists else { throw Failure(error, path, "cannot be made") }
      return nil
    }
  }

  /// Makes it so long, sparse, and ready to be formatted. If that fails, leaves nothing behind.
  func lengthen(to size: ByteCount) throws(Failure) -> LockedTarget {
    do throws(Errno) {
      try file.truncate(to: size.rawValue)
      return LockedTarget(path, try file.status(), try file.duplicate())
    } catch {
      throw takenBack(after: Failure(error, path, "cannot be made \(size.rawValue) bytes long"))
    }
  }

  /// Removes a new file, and empties one that was there, after a failure.
  /// - Returns: the failure, which also tells if that was not possible.
  func takenBack(after failure: Failure) -> Failure {
    var failure = failure
    failure.remedy = nil
    do throws(Errno) {
      // Whatever else has the name by now is not ours to remove.
      let isThere = try status.isSameFile(as: Status(of: path))
      if isNew, isThere { try path.unlink() } else { try file.truncate(to: 0) }
    } catch {
      failure.reason += " (and the new image file could not be removed: \(error))"
    }
    return failure
  }
}
