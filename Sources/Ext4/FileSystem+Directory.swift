internal import CExt2fs
internal import Linux
public import SystemPackage

/// A name in a directory of an unmounted file system.
public struct DirectoryEntry: Sendable {
  /// The name, one path component.
  public let name: FilePath
  /// The inode that it names.
  public let inode: UInt32
}

extension FileSystem {
  /// The names in a directory but `.` and `..`, in the order of the device.
  ///
  /// The corresponding C function is `ext2fs_dir_iterate2`.
  /// - Throws: `Ext4Error` for what is no directory, or a damaged one.
  public func entries(of directory: UInt32) throws(Ext4Error) -> [DirectoryEntry] {
    try expectSound(directory: directory)
    var entries: [DirectoryEntry] = []
    let code = unsafe withUnsafeMutablePointer(to: &entries) { context in
      unsafe ext2fs_dir_iterate2(
        handle, directory, 0, nil,
        { _, kind, entry, _, _, _, context in
          guard let entry = unsafe entry, kind == DIRENT_OTHER_FILE else { return 0 }
          let length = unsafe Int(ext2fs_dirent_name_len(entry))
          let name = unsafe withUnsafeBytes(of: &entry.pointee.name) { bytes in
            unsafe FilePath(bytes: bytes.prefix(length))
          }
          // In a directory whose names lie in its inode the parent's name counts as any other's.
          guard name != ".", name != ".." else { return 0 }
          let list = unsafe context?.assumingMemoryBound(to: [DirectoryEntry].self)
          unsafe list?.pointee.append(DirectoryEntry(name: name, inode: entry.pointee.inode))
          return 0
        }, context)
    }
    try check(code)
    return entries
  }

  /// Finds the inode of a path, from the root directory. No symbolic link is followed.
  /// - Throws: `notFound`, `notDirectory`, `linkInPath`; `damage` for a directory whose map
  ///   cannot be right.
  public func lookUp(_ path: FilePath) throws(Ext4Error) -> Inode {
    var found = try inode(Inode.rootNumber)
    for component in path.components {
      if found.kind == .symbolicLink { throw .linkInPath }
      guard found.kind == .directory else { throw .notDirectory }
      let name = FilePath(root: nil, [component])
      guard let next = try find(name, in: found.number) else { throw .notFound }
      found = next
    }
    return found
  }

  /// Holds a directory's map against the rules: libext2fs reads on where one is damaged, and
  /// would find other directories' names.
  func expectSound(directory number: UInt32) throws(Ext4Error) {
    guard !findings.soundDirectories.contains(number) else { return }
    let directory = try inode(number)
    guard directory.kind == .directory else { throw .notDirectory }
    try expectOpenable(directory)
    try walk(directory) { _ in }
    findings.soundDirectories.insert(number)
  }
}
