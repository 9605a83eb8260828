internal import Linux
internal import SystemPackage

/// A file with a name of this run's own, which takes the name of a map once it holds it.
struct StagedMap: ~Copyable {
  private let file: Descriptor
  private let name: FilePath

  /// Makes an empty one for a name in a folder, and removes those that runs before left.
  init(for map: FilePath, in folder: borrowing Descriptor) throws(Errno) {
    let names = StagedName(for: map, suffix: ".iopmem")
    try names.sweep(folder)
    while true {
      let name = names.fresh()
      do {
        file = try Descriptor(
          name, in: folder, .writeOnly, options: [.create, .exclusive],
          permissions: FilePermissions(rawValue: 0o644))
        self.name = name
        return
      } catch {
        guard error == .fileExists else { throw error }
      }
    }
  }

  /// Gives a name these bytes, whole or not at all: they are on the disk before. The file is removed
  /// where that fails; only a run that is killed leaves it.
  /// - Parameter path: the map's, for what is told.
  func publish(
    _ bytes: borrowing Descriptor, as map: FilePath, in folder: borrowing Descriptor,
    _ path: FilePath
  ) throws(Failure) {
    do throws(Failure) {
      try explain(path, "cannot be written") { () throws(Errno) in
        try file.write(bytesOf: bytes)
        try file.synchronize()
      }
      guard try isNamed(in: folder, path) else {
        throw Failure(.failed, path, "cannot be written: another took its temporary file's place")
      }
      try explain(path, "cannot be written") { () throws(Errno) in
        try folder.rename(name, to: folder, as: map, .replace)
      }
    } catch {
      throw removed(from: folder, after: error, path)
    }
    try explain(path, "cannot be kept") { () throws(Errno) in try folder.synchronize() }
  }

  /// Whether the name is still this file's: who may write the folder can give it to another.
  private func isNamed(
    in folder: borrowing Descriptor, _ path: FilePath
  ) throws(Failure) -> Bool {
    do throws(Errno) {
      return try folder.status(of: name).isSameFile(as: file.status())
    } catch {
      guard error == .noSuchFileOrDirectory else { throw Failure(error, path, "cannot be written") }
      return false
    }
  }

  /// Removes the file, and nobody else's.
  /// - Returns: the failure, with that of the removal.
  private func removed(
    from folder: borrowing Descriptor, after failure: Failure, _ path: FilePath
  ) -> Failure {
    do throws(Failure) {
      guard try isNamed(in: folder, path) else { return failure }
      try explain(path, "cannot be tidied up") { () throws(Errno) in try folder.removeName(name) }
      return failure
    } catch {
      var both = failure
      both.reason += "; and \(QuotedName(name).text) stays beside it: \(error.sentence)"
      return both
    }
  }
}

extension Descriptor {
  /// Writes all bytes of another file.
  fileprivate func write(bytesOf other: borrowing Descriptor) throws(Errno) {
    var bytes = [UInt8](repeating: 0, count: 1 << 16)
    var offset: UInt64 = 0
    while true {
      let count = try other.read(at: offset, into: &bytes)
      try write(bytes.prefix(count), at: offset)
      if count < bytes.count { return }
      offset += UInt64(count)
    }
  }
}
