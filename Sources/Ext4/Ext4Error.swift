internal import CExt2fs
public import SystemPackage

/// What libext2fs said: an errno, or a code of its own (ext2_err.et).
public struct Ext4Error: Error, Equatable, CustomStringConvertible {
  /// The library's `errcode_t`.
  public let code: Int

  /// The error of this code.
  public init(code: Int) { self.code = code }

  /// The errno, where the library only passed on what the kernel said.
  public var errno: Errno? {
    // com_err(3): table codes begin at 256.
    (1..<256).contains(code) ? Errno(rawValue: Int32(code)) : nil
  }

  /// The library's text for it.
  public var description: String {
    if let errno { return errno.description }
    return unsafe error_message(code).map { unsafe String(cString: $0) } ?? "error \(code)"
  }

  /// A checksum in the file system does not match what it guards.
  public var isBadChecksum: Bool {
    [
      EXT2_ET_SB_CSUM_INVALID, EXT2_ET_INODE_CSUM_INVALID,
      EXT2_ET_EXTENT_CSUM_INVALID, EXT2_ET_DIR_CSUM_INVALID, EXT2_ET_INODE_BITMAP_CSUM_INVALID,
      EXT2_ET_BLOCK_BITMAP_CSUM_INVALID, EXT2_ET_EXT_ATTR_CSUM_INVALID,
    ].contains(code)
  }

  /// No such name in a directory.
  public static let notFound = Ext4Error(code: EXT2_ET_FILE_NOT_FOUND)
  /// A component of a path is no directory.
  public static let notDirectory = Ext4Error(code: EXT2_ET_NO_DIRECTORY)
  /// A structure on the device contradicts itself or the superblock.
  public static let corrupted = Ext4Error(code: EXT2_ET_CORRUPT_SUPERBLOCK)
}

/// Runs a call of the library and throws what it answers.
func check(_ code: Int) throws(Ext4Error) {
  if code != 0 { throw Ext4Error(code: code) }
}
