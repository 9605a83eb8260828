internal import CExt2fs
public import Linux
public import SystemPackage

extension Inode {
  /// The file may not be replaced: `EXT2_IMMUTABLE_FL` or `EXT2_APPEND_FL`.
  public var isProtected: Bool {
    raw.i_flags & UInt32(EXT2_IMMUTABLE_FL | EXT2_APPEND_FL) != 0
  }
}

/// Names in the directories of an unmounted file system.
extension FileSystem {
  /// The inode that a directory names so; nil if it has no such name.
  ///
  /// The corresponding C function is `ext2fs_lookup`.
  public func find(_ name: FilePath, in directory: UInt32) throws(Ext4Error) -> Inode? {
    try expectSound(directory: directory)
    var number: ext2_ino_t = 0
    let bytes = name.bytes
    let code = unsafe name.withPlatformString {
      unsafe ext2fs_lookup(handle, directory, $0, Int32(clamping: bytes.count), nil, &number)
    }
    if code == EXT2_ET_FILE_NOT_FOUND { return nil }
    try check(code)
    return try inode(number)
  }

  /// Names an inode in a directory, which grows if it must.
  ///
  /// The corresponding C functions are `ext2fs_link` and `ext2fs_expand_dir`.
  public func addName(
    _ name: FilePath, for number: UInt32, _ kind: Status.Kind, in directory: UInt32
  ) throws(Ext4Error) {
    func link() -> errcode_t {
      unsafe name.withPlatformString {
        unsafe ext2fs_link(handle, directory, $0, number, kind.directoryEntryType)
      }
    }
    var code = link()
    if code == EXT2_ET_DIR_NO_SPACE {
      try check(unsafe ext2fs_expand_dir(handle, directory))
      code = link()
    }
    try check(code)
  }

  /// Takes a name away from a file or link, and frees what has no name left.
  ///
  /// The corresponding C function is `ext2fs_unlink`.
  public func removeName(
    _ name: FilePath, of number: UInt32, in directory: UInt32, at time: Status.Time
  ) throws(Ext4Error) {
    let code = unsafe name.withPlatformString {
      unsafe ext2fs_unlink(handle, directory, $0, number, 0)
    }
    try check(code)
    try release(number, at: time)
  }

  /// Counts a name less of a file or link, and frees what has none left.
  ///
  /// The corresponding C functions are `ext2fs_punch` and `ext2fs_free_ext_attr`.
  public func release(_ number: UInt32, at time: Status.Time) throws(Ext4Error) {
    var raw = ext2_inode()
    try check(unsafe ext2fs_read_inode(handle, number, &raw))
    if raw.i_links_count > 1 {
      raw.i_links_count -= 1
      return try check(unsafe ext2fs_write_inode(handle, number, &raw))
    }
    raw.i_links_count = 0
    raw.i_dtime = UInt32(truncatingIfNeeded: time.seconds)
    try check(unsafe ext2fs_write_inode(handle, number, &raw))
    try check(unsafe ext2fs_free_ext_attr(handle, number, nil))
    try check(unsafe ext2fs_read_inode(handle, number, &raw))
    if unsafe ext2fs_inode_has_valid_blocks2(handle, &raw) != 0 {
      try check(unsafe ext2fs_punch(handle, number, &raw, nil, 0, .max))
    }
    unsafe ext2fs_inode_alloc_stats2(handle, number, -1, 0)
  }

  /// Lets a name lead to another inode, by one change in one block of the directory. The inode that it
  /// led to keeps its count of names, and its blocks.
  ///
  /// The corresponding C function is `ext2fs_dir_iterate2`.
  public func moveName(
    _ name: FilePath, to number: UInt32, _ kind: Status.Kind, in directory: UInt32
  ) throws(Ext4Error) {
    try expectSound(directory: directory)
    var move = NameMove(name: name.bytes, number: number, type: kind.directoryEntryType)
    let code = unsafe withUnsafeMutablePointer(to: &move) { context in
      unsafe ext2fs_dir_iterate2(
        handle, directory, 0, nil,
        { _, _, entry, _, _, _, context in
          guard let entry = unsafe entry,
            let move = unsafe context?.assumingMemoryBound(to: NameMove.self)
          else { return 0 }
          let length = unsafe Int(ext2fs_dirent_name_len(entry))
          let isIt = unsafe withUnsafeBytes(of: &entry.pointee.name) { bytes in
            unsafe bytes.prefix(length).elementsEqual(move.pointee.name)
          }
          guard isIt else { return 0 }
          unsafe entry.pointee.inode = move.pointee.number
          unsafe ext2fs_dirent_set_file_type(entry, move.pointee.type)
          unsafe move.pointee.isDone = true
          return DIRENT_CHANGED | DIRENT_ABORT
        }, context)
    }
    try check(code)
    guard move.isDone else { throw .notFound }
  }
}

/// What `moveName` looks for, and what it writes there.
private struct NameMove {
  let name: [UInt8]
  let number: UInt32
  let type: Int32
  var isDone = false
}
