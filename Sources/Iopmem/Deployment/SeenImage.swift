internal import Ext4
internal import Linux
internal import SystemPackage

/// The files of an image, as far as they are looked at: read, and nothing changed.
final class SeenImage {
  private let image: FilePath
  private let file: Descriptor
  private let base: FileSystem
  private let blockSize: ByteCount
  /// The names of directories that were read, by the directory's inode.
  private var names: [UInt32: [FilePath: UInt32]] = [:]

  /// Opens the file system of an image.
  /// - Throws: `refused` for one that cannot be changed as it is.
  init(_ held: borrowing HeldImage) throws(Failure) {
    image = held.path
    file = try explain(held.path, "cannot open") { () throws(Errno) in
      try Descriptor(reopening: held.file, .readOnly)
    }
    let opened = try FileSystem.open(held.path, through: held.file.link)
    guard opened.condition.isEmpty else {
      throw Failure(
        .refused, held.path, "is not clean: it was not unmounted, or e2fsck found errors",
        remedy: "run e2fsck on it")
    }
    let length = try explain(held.path) { () throws(Ext4Error) in try opened.byteCount() }
    guard length <= held.status.size else {
      throw Failure(.refused, held.path, "is shorter than the file system it holds")
    }
    blockSize = ByteCount(UInt64(opened.blockSize))
    base = opened
  }

  /// Finds what has a path; nil where nothing has.
  /// - Throws: `refused` where a part of the way is no directory.
  func find(_ path: FilePath) throws(Failure) -> Ext4.Inode? {
    var found = try inode(Ext4.Inode.rootNumber, "/")
    var shown: FilePath = "/"
    for component in path.components {
      guard found.kind == .directory else {
        throw Failure(.refused, shown, "is no directory", remedy: "declare another path")
      }
      shown.append(component)
      guard let number = try entries(of: found, shown)[FilePath(root: nil, [component])] else {
        return nil
      }
      found = try inode(number, shown)
    }
    return found
  }

  /// Checks that the folder that is to get a new name for a path can be given one: the last on its
  /// way that is there.
  /// - Parameter replacing: whether another file loses it.
  func expectTakesName(for path: FilePath, replacing: Bool) throws(Failure) {
    var folder = path.removingLastComponent()
    while try find(folder) == nil { folder = folder.removingLastComponent() }
    try find(folder)?.expectTakesNames(
      FilePath("/").appending(folder.components), replacing: replacing)
  }

  /// Looks at a regular file.
  func look(
    _ inode: Ext4.Inode, _ path: FilePath, _ options: PlacementOptions
  ) throws(Failure) -> (SeenFile, start: UInt64) {
    let layout = try explain(path) { () throws(Ext4Error) in try base.layout(of: inode) }
    let isSound = layout != nil && !inode.isEncrypted && !inode.isVerity
    guard let length = try? ByteCount(inode.size).roundedUp(to: blockSize) else {
      throw .tooLarge(path)
    }
    let alignment = options.alignment(
      ofLength: length, origin: BarOffset(0), blockSize: blockSize)
    let problem = layout?.problem(size: ByteCount(inode.size), alignment)
    let seen = SeenFile(
      state: try state(of: inode, path), record: try record(of: inode, path),
      layoutProblem: isSound ? problem : "does not lie plainly")
    return (seen, layout?.runs.first?.physical.rawValue ?? 0)
  }

  /// Whether a file that lies in one run has the bytes of a source.
  func equals(
    _ source: FileSource, size: UInt64, at start: UInt64, _ path: FilePath
  ) throws(Failure) -> Bool {
    try source.equals { (offset, buffer) throws(Failure) in
      guard offset < size else { return 0 }
      let count = try explain(path, "cannot read") { () throws(Errno) in
        // Inside the file system: the map was held against it.
        try file.read(at: start + offset, into: &buffer)
      }
      return Int(min(UInt64(count), size - offset))
    }
  }

  /// The files that a run placed, as they say themselves, with their paths from the root, in the
  /// order of `FilePath.precedes`.
  func placedFiles() throws(Failure) -> [(path: FilePath, inode: Ext4.Inode)] {
    var files: [(path: FilePath, inode: Ext4.Inode)] = []
    var visited: Set<UInt32> = []
    var pending = [(path: FilePath(), inode: try inode(Ext4.Inode.rootNumber, "/"))]
    while let next = pending.popLast() {
      if Interruption.signal != nil { throw .interrupted() }
      guard visited.insert(next.inode.number).inserted else {
        throw Failure(.refused, next.path, "is reached twice: the directories are damaged")
      }
      for (name, number) in try entries(of: next.inode, next.path) {
        let path = next.path.appending(name.components)
        // No run makes a path that is none.
        guard DeployedName.problem(path.bytes) == nil else { continue }
        let inode = try inode(number, path)
        if inode.kind == .directory { pending.append((path, inode)) }
        if inode.kind == .regular, try record(of: inode, path)?.placed.inode == UInt64(number) {
          files.append((path, inode))
        }
      }
    }
    return files.sorted { $0.path.precedes($1.path) }
  }

  func state(of inode: Ext4.Inode, _ path: FilePath) throws(Failure) -> FileState {
    let modified = try explain(path) { () throws(Ext4Error) in try base.modified(inode) }
    return FileState(inode, modified: modified)
  }

  func record(of inode: Ext4.Inode, _ path: FilePath) throws(Failure) -> SourceRecord? {
    let value = try explain(path) { () throws(Ext4Error) in
      try base.attribute(SourceRecord.name, of: inode.number)
    }
    return value.flatMap { SourceRecord($0) }
  }

  private func inode(_ number: UInt32, _ path: FilePath) throws(Failure) -> Ext4.Inode {
    try explain(path) { () throws(Ext4Error) in try base.inode(number) }
  }

  private func entries(
    of directory: Ext4.Inode, _ path: FilePath
  ) throws(Failure) -> [FilePath: UInt32] {
    if let known = names[directory.number] { return known }
    let list = try explain(path) { () throws(Ext4Error) in
      try base.entries(of: directory.number)
    }
    let new = Dictionary(list.map { ($0.name, $0.inode) }) { first, _ in first }
    names[directory.number] = new
    return new
  }
}
