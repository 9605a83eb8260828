internal import CExt2fs
public import Linux
public import SystemPackage

/// A name in a directory of an unmounted file system.
public struct DirectoryEntry: Sendable {
  /// The name, one path component.
  public let name: FilePath
  /// The inode that it names.
  public let inode: UInt32
  /// What the directory says that it names; nil where it does not say, or what is not known here.
  public let kind: Status.Kind?
}

extension FileSystem {
  /// The names in a directory but `.` and `..`, in the order of the device.
  ///
  /// The corresponding C function is `ext2fs_dir_iterate2`.
  /// - Throws: `Ext4Error` for what is no directory, or a damaged one.
  public func entries(of directory: UInt32) throws(Ext4Error) -> [DirectoryEntry] {
    let found = try inode(directory)
    guard found.kind == .directory else { throw .notDirectory }
    try expectReadable(found)
    let list = try readEntries(of: directory)
    var names: Set<FilePath> = []
    // The kernel finds one of two that have one name, and none with a slash.
    guard !list.isDamaged, list.entries.allSatisfy({ names.insert($0.name).inserted }) else {
      throw .damage(Damage(.names))
    }
    findings.soundDirectories.insert(directory)
    return list.entries
  }

  /// Lists the entries of a directory that can be names.
  private struct EntryList {
    var entries: [DirectoryEntry] = []
    var isDamaged = false
  }

  private func readEntries(of directory: UInt32) throws(Ext4Error) -> EntryList {
    var list = EntryList()
    let code = unsafe withUnsafeMutablePointer(to: &list) { context in
      unsafe ext2fs_dir_iterate2(
        handle, directory, 0, nil,
        { _, kind, entry, _, _, _, context in
          guard let entry = unsafe entry, kind == DIRENT_OTHER_FILE else { return 0 }
          let list = unsafe context?.assumingMemoryBound(to: EntryList.self)
          let length = unsafe Int(ext2fs_dirent_name_len(entry))
          let bytes = unsafe withUnsafeBytes(of: &entry.pointee.name) { bytes in
            unsafe Array(bytes.prefix(length))
          }
          // In a directory whose names lie in its inode the parent's name counts as any other's.
          let dot = UInt8(ascii: ".")
          if bytes == [dot] || bytes == [dot, dot] { return 0 }
          guard !bytes.isEmpty, !bytes.contains(0), !bytes.contains(UInt8(ascii: "/")) else {
            unsafe list?.pointee.isDamaged = true
            return 0
          }
          unsafe list?.pointee.entries.append(
            DirectoryEntry(
              name: FilePath(bytes: bytes), inode: entry.pointee.inode,
              kind: Status.Kind(directoryEntryType: ext2fs_dirent_file_type(entry))))
          return 0
        }, context)
    }
    try check(code)
    return list
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

  /// Checks a directory, once: libext2fs reads on in a damaged one, and would find names of other
  /// directories, or names that the kernel does not find.
  func expectSound(directory number: UInt32) throws(Ext4Error) {
    guard !findings.soundDirectories.contains(number) else { return }
    _ = try entries(of: number)
  }

  /// Checks a directory's inode, map, size and index.
  private func expectReadable(_ directory: Inode) throws(Ext4Error) {
    try expectOpenable(directory)
    guard !directory.isEncrypted else { throw .encryptedNames }
    let geometry = try geometry()
    var data = WrittenData()
    try walk(directory) { data.take($0) }
    guard !directory.isInline else { return }
    try expectWhole(directory, data, geometry)
    if directory.has(EXT2_INDEX_FL) { try expectIndex(at: data.start, geometry) }
  }

  /// Checks a directory's size against its blocks, which have no holes: the kernel reads no name
  /// behind that size.
  func expectWhole(
    _ directory: Inode, _ data: WrittenData, _ geometry: Geometry
  ) throws(Ext4Error) {
    let (bytes, overflow) = data.end.multipliedReportingOverflow(by: geometry.blockSize)
    guard !data.hasHole, !overflow, bytes == directory.size else {
      throw .damage(
        Damage(
          .otherInode(
            directory.number, "is a directory of \(directory.size) bytes that has other blocks")))
    }
  }

  /// Checks the root of a directory's index by the rules by which the kernel finds names:
  /// fs/ext4/namei.c, `dx_probe`.
  private func expectIndex(at start: UInt64?, _ geometry: Geometry) throws(Ext4Error) {
    guard let start else { throw .damage(Damage(.index)) }
    let block = try readBlock(start)
    let isLarge = features.incompatible & UInt32(EXT4_FEATURE_INCOMPAT_LARGEDIR) != 0
    let isSummed = features.readOnlyCompatible & UInt32(EXT4_FEATURE_RO_COMPAT_METADATA_CSUM) != 0
    // `struct dx_root`: the entries of the directory and its parent, what the index is, its entries.
    let room = (block.count - 32 - (isSummed ? 8 : 0)) / 8
    let count = Int(block.word16(34))
    guard block.word16(4) == 12, Int(block.word16(16)) == block.count - 12, block[29] == 8,
      block[28] <= 2 || block[28] == 6, block[30] < (isLarge ? 3 : 2), block[31] & 1 == 0,
      Int(block.word16(32)) == room, (1...room).contains(count)
    else { throw .damage(Damage(.index, block: start)) }
  }
}

extension Status.Kind {
  /// `EXT2_FT_*` of ext2fs/ext2_fs.h.
  fileprivate init?(directoryEntryType type: Int32) {
    switch type {
    case EXT2_FT_REG_FILE: self = .regular
    case EXT2_FT_DIR: self = .directory
    case EXT2_FT_SYMLINK: self = .symbolicLink
    case EXT2_FT_BLKDEV: self = .blockDevice
    case EXT2_FT_CHRDEV: self = .characterDevice
    case EXT2_FT_FIFO: self = .fifo
    case EXT2_FT_SOCK: self = .socket
    default: return nil
    }
  }

  /// The same the other way round, of what is made here; `EXT2_FT_UNKNOWN` for all else.
  var directoryEntryType: Int32 {
    switch self {
    case .regular: EXT2_FT_REG_FILE
    case .directory: EXT2_FT_DIR
    case .symbolicLink: EXT2_FT_SYMLINK
    default: EXT2_FT_UNKNOWN
    }
  }
}
