internal import Linux
internal import SystemPackage

/// A device or image, open and locked, so that what is looked at is what is formatted.
struct LockedTarget: ~Copyable {
  let path: FilePath
  let status: Status
  /// Locked by flock(2) until the end, unless not wanted: keeps udev and other careful programs
  /// away.
  let descriptor: Descriptor

  /// Opens a device or image, and locks it.
  /// - Throws: `Failure`, refused, for what is locked by another, and for what is neither.
  init(opening path: FilePath, _ lock: FormatRequest.Lock) throws(Failure) {
    let found = try explain(path, "cannot be found") { () throws(Errno) in
      try Status(of: path, followingLinks: true)
    }
    let descriptor = try Self.open(path, found.kind)
    let status = try explain(path, "cannot be examined") { () throws(Errno) in
      try descriptor.status()
    }
    guard status.kind == found.kind else {
      throw Failure(.failed, path, "changed into another kind of file while being opened")
    }
    try lock.take(descriptor, path)
    self.path = path
    self.status = status
    self.descriptor = descriptor
  }

  /// A file that is open and locked already.
  init(_ path: FilePath, _ status: Status, _ descriptor: consuming Descriptor) {
    self.path = path
    self.status = status
    self.descriptor = descriptor
  }

  private static func open(_ path: FilePath, _ kind: Status.Kind) throws(Failure) -> Descriptor {
    guard kind == .blockDevice || kind == .regular else {
      throw .noImage(path, kind)
    }
    if kind == .blockDevice {
      return try explain(path, "cannot be opened") { () throws(Errno) in
        try Descriptor(path, .readOnly, options: .nonBlocking)
      }
    }
    do { return try Descriptor(path, .readWrite, options: .nonBlocking) } catch {
      guard error == .readOnlyFileSystem else {
        throw Failure(error, path, "cannot be opened for writing")
      }
      throw Failure(.refused, path, "is on a read-only file system").named(.readOnly)
    }
  }
}
