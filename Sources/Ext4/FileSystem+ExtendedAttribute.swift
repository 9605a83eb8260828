internal import CExt2fs
internal import Linux

/// Extended attributes of an unmounted file system's files.
extension FileSystem {
  /// What an attribute of an inode holds; nil if it has none of this name.
  ///
  /// The corresponding C function is `ext2fs_xattr_get`.
  public func attribute(_ name: [UInt8], of number: UInt32) throws(Ext4Error) -> [UInt8]? {
    try unsafe withAttributes(of: number) { (attributes) throws(Ext4Error) in
      var value: UnsafeMutableRawPointer?
      var length = 0
      let code = unsafe ext2fs_xattr_get(attributes, name.cString, &value, &length)
      if code == EXT2_ET_EA_KEY_NOT_FOUND { return nil }
      try check(code)
      defer { _ = unsafe ext2fs_free_mem(&value) }
      return unsafe Array(UnsafeRawBufferPointer(start: value, count: length))
    }
  }

  /// Gives an attribute to an inode.
  ///
  /// What does not fit into the inode takes a block of its own: near the inode's group as long as
  /// the file has no blocks, and after these when it has.
  ///
  /// The corresponding C function is `ext2fs_xattr_set`.
  func set(_ attribute: ExtendedAttribute, of number: UInt32) throws(Ext4Error) {
    try unsafe withAttributes(of: number) { (attributes) throws(Ext4Error) in
      try check(
        unsafe ext2fs_xattr_set(
          attributes, attribute.name.cString, attribute.value, attribute.value.count))
    }
  }

  /// The corresponding C functions are `ext2fs_xattrs_open`, `ext2fs_xattrs_read` and
  /// `ext2fs_xattrs_close`.
  private func withAttributes<Value>(
    of number: UInt32, _ body: (OpaquePointer) throws(Ext4Error) -> Value
  ) throws(Ext4Error) -> Value {
    var opened: OpaquePointer?
    try check(unsafe ext2fs_xattrs_open(handle, number, &opened))
    defer { _ = unsafe ext2fs_xattrs_close(&opened) }
    guard let attributes = unsafe opened else { throw .damage(Damage(.attributes)) }
    try check(unsafe ext2fs_xattrs_read(attributes))
    return try unsafe body(attributes)
  }
}
