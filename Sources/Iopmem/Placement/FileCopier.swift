internal import Linux
internal import SystemPackage

/// Writes the bytes of files into places that are reserved for them, past the page cache where
/// that is possible: what is written is then on its way to the device, and nowhere else.
struct FileCopier: ~Copyable {
  private var buffer = PageBuffer(pages: 1024)
  private var done = ByteCount.zero
  private let total: ByteCount
  private let progress: PlacementProgress?

  init(total: ByteCount, progress: PlacementProgress?) {
    self.total = total
    self.progress = progress
  }

  /// Writes what an entry holds, in whole blocks, zeros after its end.
  /// - Parameter blockSize: at most the buffer's length; the file system's.
  /// - Parameter write: takes the buffer, the offset in the file, and how much of it counts.
  mutating func copy(
    _ entry: Manifest.Entry, blockSize: ByteCount,
    write: (borrowing PageBuffer, UInt64, Int) throws(Failure) -> Void
  ) throws(Failure) {
    switch entry.content {
    case .directory, .link: return
    case .zeros(let size):
      buffer.clear(0..<buffer.capacity)
      try transfer(size, blockSize, write) { _, _, _ in }
    case .copy(let path, let size):
      let source = try open(path, entry)
      try transfer(size, blockSize, write) { (buffer, offset, count) throws(Failure) in
        let read = try explain(path, "cannot read") { () throws(Errno) in
          try buffer.fill(from: source, at: offset, count: count)
        }
        if read != count { throw Self.changed(path) }
      }
      try expectUnchanged(source, path, entry)
    }
  }

  private mutating func transfer(
    _ size: ByteCount, _ blockSize: ByteCount,
    _ write: (borrowing PageBuffer, UInt64, Int) throws(Failure) -> Void,
    fill: (inout PageBuffer, UInt64, Int) throws(Failure) -> Void
  ) throws(Failure) {
    var offset: UInt64 = 0
    while offset < size.rawValue {
      if Interruption.signal != nil { throw .interrupted() }
      let count = Int(min(UInt64(buffer.capacity), size.rawValue - offset))
      try fill(&buffer, offset, count)
      // No overflow: the buffer is a multiple of every block size, and holds count.
      let block = Int(blockSize.rawValue)
      let whole = (count + block - 1) / block * block
      buffer.clear(count..<whole)
      try write(buffer, offset, whole)
      offset += UInt64(count)
      done = ByteCount(done.rawValue &+ UInt64(count))
      progress?(done, total)
    }
  }

  /// Opens a source, which must still be the file that was scanned.
  private func open(_ path: FilePath, _ entry: Manifest.Entry) throws(Failure) -> Descriptor {
    let source = try Descriptor.source(path)
    guard entry.status?.awaitVisibleChanges() ?? true else {
      throw Failure(
        .failed, path, "may change unseen: its time of change stays at the clock's",
        remedy: "place it again when the clock is at rest")
    }
    try expectUnchanged(source, path, entry)
    return source
  }

  private func expectUnchanged(
    _ source: borrowing Descriptor, _ path: FilePath, _ entry: Manifest.Entry
  ) throws(Failure) {
    let now = try explain(path, "cannot read") { () throws(Errno) in try source.status() }
    guard let then = entry.status, now.kind == .regular, now.inode == then.inode,
      now.device == then.device, now.size == then.size, now.modified == then.modified,
      now.changed == then.changed
    else { throw Self.changed(path) }
    guard then.size == 0 else { return }
    // Files of /proc say that they are empty.
    var probe = PageBuffer(pages: 1)
    let count = try explain(path, "cannot read") { () throws(Errno) in
      try probe.fill(from: source, at: 0, count: 1)
    }
    if count != 0 {
      throw Failure(
        .refused, path, "has bytes, and says that it has none", remedy: "copy it elsewhere first")
    }
  }

  private static func changed(_ path: FilePath) -> Failure {
    Failure(.failed, path, "changed while it was read", remedy: "place it again")
  }
}
