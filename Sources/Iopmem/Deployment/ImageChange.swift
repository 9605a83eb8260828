internal import Ext4
internal import Linux
internal import SystemPackage

/// All that is to be changed in an image, by what was seen in it.
struct ImageChange {
  /// A name that goes.
  struct Removal {
    let name: FilePath
    let inode: UInt32
    let folder: UInt32
  }

  /// What is made: folders, each before what goes into it, and files.
  var manifest = Manifest()
  /// The names that go, replaced or no longer declared.
  var removals: [Removal] = []
  /// What is set of files that stay.
  var mends: [(inode: UInt32, FileSystem.Mend)] = []
  /// The folders that are there, by their paths.
  var folders: [FilePath: UInt32] = [FilePath(): Ext4.Inode.rootNumber]
  /// What a file system has that was just made.
  static let foldersOfNew: [FilePath: UInt32] = [
    FilePath(): Ext4.Inode.rootNumber, "lost+found": Ext4.Inode.lostAndFoundNumber,
  ]
  /// The folders that are made.
  private var made: Set<FilePath> = []

  /// Whether there is nothing to do.
  var isEmpty: Bool { manifest.entries.isEmpty && removals.isEmpty && mends.isEmpty }

  /// Adds a file, and takes the name away that it is to have from another.
  /// - Parameter old: the file that it replaces.
  mutating func place(
    _ file: DeployedFile, _ source: FileSource?, replacing old: (SeenFile, Ext4.Inode)?,
    in seen: SeenImage?
  ) throws(Failure) {
    if let (_, inode) = old { try remove(file.path, inode, in: seen) }
    try makeFolders(above: file.path, in: seen)
    var entry = try file.entry(source, replacing: old?.0.state, as: file.path)
    entry.given?.alignment = file.alignment
    entry.given?.isPinned = file.isPinned ?? old?.0.isPinned ?? false
    manifest.add(entry)
  }

  /// Takes a name away.
  mutating func remove(
    _ path: FilePath, _ inode: Ext4.Inode, in seen: SeenImage?
  ) throws(Failure) {
    guard let folder = try seen?.find(path.removingLastComponent()) else {
      throw Failure(.failed, path, "has no folder")
    }
    removals.append(
      Removal(
        name: FilePath(root: nil, path.components.suffix(1)), inode: inode.number,
        folder: folder.number))
  }

  /// Adds the folders on the way to a file that are not there.
  private mutating func makeFolders(above path: FilePath, in seen: SeenImage?) throws(Failure) {
    var folder = FilePath()
    for component in path.removingLastComponent().components {
      folder.append(component)
      guard folders[folder] == nil, !made.contains(folder) else { continue }
      if let number = try seen?.find(folder)?.number {
        folders[folder] = number
      } else {
        made.insert(folder)
        manifest.add(Manifest.Entry(path: folder, content: .directory, status: nil))
      }
    }
  }
}
