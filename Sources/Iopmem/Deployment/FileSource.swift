internal import Linux
internal import SystemPackage

/// The file that another is to be a copy of, in one state.
final class FileSource {
  let path: FilePath
  /// Its status when it was found, which it must keep.
  let status: Status
  private var known: ContentDigest?

  /// Looks at a source.
  /// - Throws: `Failure`, refused, for what is no regular file, symbolic links included.
  init(_ path: FilePath) throws(Failure) {
    self.path = path
    status = try explain(path, "cannot read") { () throws(Errno) in try Status(of: path) }
    guard status.kind == .regular else {
      throw .notRegular(path, status.kind, remedy: "name the file itself")
    }
  }

  /// The digest of its bytes; they are read once.
  func digest() throws(Failure) -> ContentDigest {
    if let known { return known }
    let file = try open()
    let digest = try ContentDigest(of: file, path)
    try expectUnchanged(file)
    known = digest
    return digest
  }

  /// Whether another open file has the same bytes.
  func equals(_ other: borrowing Descriptor, named otherPath: FilePath) throws(Failure) -> Bool {
    try equals { (offset, buffer) throws(Failure) in
      try explain(otherPath, "cannot read") { () throws(Errno) in
        try other.read(at: offset, into: &buffer)
      }
    }
  }

  /// Whether another file has the same bytes.
  /// - Parameter read: fills a buffer from an offset of that file on, and tells how far: less than
  ///   all only where the file ends.
  func equals(
    reading read: (UInt64, inout [UInt8]) throws(Failure) -> Int
  ) throws(Failure) -> Bool {
    let file = try open()
    var ours = [UInt8](repeating: 0, count: 1 << 20)
    var theirs = ours
    var offset: UInt64 = 0
    while true {
      if Interruption.signal != nil { throw .interrupted() }
      let count = try explain(path, "cannot read") { () throws(Errno) in
        try file.read(at: offset, into: &ours)
      }
      let otherCount = try read(offset, &theirs)
      guard count == otherCount, ours.prefix(count) == theirs.prefix(count) else { return false }
      if count < ours.count { break }
      offset += UInt64(count)
    }
    try expectUnchanged(file)
    return true
  }

  private func open() throws(Failure) -> Descriptor {
    let file = try Descriptor.source(path)
    guard status.awaitVisibleChanges() else {
      throw Failure(
        .failed, path, "may change unseen: its time of change stays at the clock's",
        remedy: "try again when the clock is at rest")
    }
    try expectUnchanged(file)
    return file
  }

  private func expectUnchanged(_ file: borrowing Descriptor) throws(Failure) {
    let now = try explain(path, "cannot read") { () throws(Errno) in try file.status() }
    guard now.isSameFile(as: status), now.size == status.size, now.modified == status.modified,
      now.changed == status.changed
    else {
      throw Failure(.failed, path, "changed while it was read", remedy: "try again")
    }
  }
}
