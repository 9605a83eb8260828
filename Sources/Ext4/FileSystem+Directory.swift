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
          let list = unsafe context?.assumingMemoryBound(to: [DirectoryEntry].self)
          unsafe list?.pointee.append(DirectoryEntry(name: name, inode: entry.pointee.inode))
          return 0
        }, context)
    }
    try check(code)
    return entries
  }
}
