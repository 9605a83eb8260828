internal import CExt2fs
public import SystemPackage

/// Why a file system could not be read or changed.
public enum Ext4Error: Error, Equatable, CustomStringConvertible {
  /// What libext2fs said: an errno, or a code of its own (ext2_err.et).
  case library(Int)
  /// What the file system holds contradicts itself.
  case damage(Damage)
  /// It has more than is read of an unmounted file system.
  case beyond(Bound)
  /// A path passes a symbolic link.
  case linkInPath
  /// The names in a directory are encrypted.
  case encryptedNames

  /// The errno, where the library only passed on what the kernel said.
  public var errno: Errno? {
    // com_err(3): table codes begin at 256.
    guard case .library(let code) = self, (1..<256).contains(code) else { return nil }
    return Errno(rawValue: Int32(code))
  }

  /// What a person reads.
  public var description: String {
    switch self {
    case .damage(let damage): return damage.description
    case .beyond(let bound): return "has more than \(bound.most) \(bound.rawValue)"
    case .linkInPath: return "passes a symbolic link"
    case .encryptedNames: return "is a directory whose names are encrypted"
    case .library(let code):
      if let errno { return errno.description }
      return unsafe error_message(code).map { unsafe String(cString: $0) } ?? "error \(code)"
    }
  }

  /// A checksum in the file system does not match what it guards.
  public var isBadChecksum: Bool {
    isOne(
      of: EXT2_ET_SB_CSUM_INVALID, EXT2_ET_INODE_CSUM_INVALID, EXT2_ET_EXTENT_CSUM_INVALID,
      EXT2_ET_DIR_CSUM_INVALID, EXT2_ET_INODE_BITMAP_CSUM_INVALID,
      EXT2_ET_BLOCK_BITMAP_CSUM_INVALID, EXT2_ET_EXT_ATTR_CSUM_INVALID)
  }

  /// There is no ext2, ext3 or ext4 file system at all.
  public var isOtherContent: Bool { isOne(of: EXT2_ET_BAD_MAGIC) }

  /// The file system has features that the library does not know.
  public var isUnknownFeature: Bool {
    isOne(of: EXT2_ET_UNSUPP_FEATURE, EXT2_ET_RO_UNSUPP_FEATURE, EXT2_ET_REV_TOO_HIGH)
  }

  /// What was to be read lies beyond the end of the device or image.
  public var isCutOff: Bool { isOne(of: EXT2_ET_SHORT_READ) }

  private func isOne(of codes: Int...) -> Bool {
    guard case .library(let code) = self else { return false }
    return codes.contains(code)
  }

  /// No such name in a directory.
  public static let notFound = Ext4Error.library(EXT2_ET_FILE_NOT_FOUND)
  /// A component of a path is no directory.
  public static let notDirectory = Ext4Error.library(EXT2_ET_NO_DIRECTORY)
}

/// Runs a call of the library and throws what it answers.
func check(_ code: Int) throws(Ext4Error) {
  if code != 0 { throw .library(code) }
}
