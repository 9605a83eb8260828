internal import CExt2fs
internal import Glibc
internal import Linux
public import SystemPackage

/// An ext2, ext3 or ext4 file system read without mounting it, closed when its owner lets go.
///
/// libext2fs checks checksums and unknown features as it opens; what it leaves to the caller is
/// in `Condition`.
@safe public struct FileSystem: ~Copyable {
  /// How a file system may be opened.
  public enum Access: Sendable {
    case readOnly, readWrite
  }

  /// The library's handle; valid from `init` to `deinit`.
  let handle: ext2_filsys
  /// What was found out since the file system was opened or changed.
  let findings = Findings()

  /// Opens the file system on a device or in an image.
  ///
  /// The corresponding C function is `ext2fs_open2`. It is always given options: without any it
  /// takes what follows a `?` in a name for some.
  /// - Parameter offset: where in the file it begins, in bytes.
  /// - Throws: `Ext4Error` for what is no such file system, a bad checksum of the superblock or
  ///   the group descriptors, and features that the library does not know.
  public init(
    _ path: FilePath, at offset: UInt64 = 0, _ access: Access = .readOnly
  ) throws(Ext4Error) {
    initialize_ext2_error_table()
    try Self.expectBounded(path, at: offset)
    var opened: ext2_filsys?
    // Without the last, opening for writing claims a file system that guards against two mounts, and
    // leaves it claimed: nothing that has this feature is changed here.
    let writing = EXT2_FLAG_RW | EXT2_FLAG_SKIP_MMP
    let flags = EXT2_FLAG_64BITS | (access == .readWrite ? writing : 0)
    let code = unsafe path.withPlatformString {
      unsafe ext2fs_open2($0, "offset=\(offset)", flags, 0, 0, iopmem_unix_io_manager(), &opened)
    }
    guard code == 0, let handle = unsafe opened else { throw .library(code) }
    unsafe self.handle = handle
    // With this copy the library writes of the superblock what differs from it, run by run, and its
    // checksum last: cut off in between, neither the kernel nor e2fsck(8) takes it for a superblock, and
    // there may be no other. Without it all of it goes out in one call: `write_primary_superblock`,
    // closefs.c.
    unsafe free(handle.pointee.orig_super)
    unsafe handle.pointee.orig_super = nil
  }

  /// Reads of the superblock how many groups and inodes there are: the library reads all descriptors
  /// as it opens. What is no superblock is the library's to refuse.
  private static func expectBounded(_ path: FilePath, at offset: UInt64) throws(Ext4Error) {
    var bytes = [UInt8](repeating: 0, count: 1024)
    let (place, overflow) = offset.addingReportingOverflow(1024)
    guard !overflow, let file = try? Descriptor(path, .readOnly, options: .nonBlocking),
      let count = try? file.read(at: place, into: &bytes), count == bytes.count,
      // `struct ext2_super_block`, ext2_fs.h.
      bytes.word16(56) == UInt16(EXT2_SUPER_MAGIC)
    else { return }
    let is64Bit = bytes.word32(96) & UInt32(EXT4_FEATURE_INCOMPAT_64BIT) != 0
    let blocks = UInt64(bytes.word32(4)) | (is64Bit ? UInt64(bytes.word32(336)) << 32 : 0)
    let perGroup = UInt64(bytes.word32(32))
    if perGroup > 0, blocks / perGroup > Bound.groups.most { throw .beyond(.groups) }
    if UInt64(bytes.word32(0)) > Bound.inodes.most { throw .beyond(.inodes) }
  }

  deinit {
    // Nothing is written here: whoever changed the file system closed it and heard the answer.
    unsafe ext2fs_free(handle)
  }

  /// Bytes in a block.
  public var blockSize: UInt32 { unsafe handle.pointee.blocksize }

  /// How many blocks there are.
  public var blockCount: UInt64 { unsafe ext2fs_blocks_count(handle.pointee.super) }

  /// How many bytes there are.
  /// - Throws: `damage` past 2^64 − 1.
  public func byteCount() throws(Ext4Error) -> UInt64 {
    let (bytes, overflow) = blockCount.multipliedReportingOverflow(by: UInt64(blockSize))
    if overflow { throw .damage(Damage(.bytes)) }
    return bytes
  }

  /// How many blocks are free, as the superblock counts them.
  public var freeBlockCount: UInt64 { unsafe ext2fs_free_blocks_count(handle.pointee.super) }

  /// The 16 bytes of the UUID.
  public var uuid: [UInt8] {
    unsafe withUnsafeBytes(of: handle.pointee.super.pointee.s_uuid) { unsafe Array($0) }
  }

  /// The volume's name, up to 16 bytes.
  public var label: [UInt8] {
    unsafe withUnsafeBytes(of: handle.pointee.super.pointee.s_volume_name) {
      unsafe Array($0.prefix { $0 != 0 })
    }
  }

  /// The features that are set.
  public var features: Features {
    unsafe Features(
      compatible: handle.pointee.super.pointee.s_feature_compat,
      incompatible: handle.pointee.super.pointee.s_feature_incompat,
      readOnlyCompatible: handle.pointee.super.pointee.s_feature_ro_compat)
  }

  /// Reasons not to trust what is read; empty for a sound file system.
  public var condition: Condition {
    var condition: Condition = []
    let state = unsafe Int32(handle.pointee.super.pointee.s_state)
    if features.incompatible & UInt32(EXT3_FEATURE_INCOMPAT_RECOVER) != 0 {
      condition.insert(.needsRecovery)
    }
    if state & EXT2_ERROR_FS != 0 { condition.insert(.hasErrors) }
    if state & EXT2_VALID_FS == 0 { condition.insert(.notCleanlyUnmounted) }
    return condition
  }
}

extension FileSystem {
  /// Reasons not to trust an unmounted file system.
  public struct Condition: OptionSet, Sendable {
    /// The bits; private to the toolkit.
    public let rawValue: UInt8
    /// A condition of these bits.
    public init(rawValue: UInt8) { self.rawValue = rawValue }
    /// The journal holds changes that are not in place: `EXT3_FEATURE_INCOMPAT_RECOVER`.
    public static let needsRecovery = Condition(rawValue: 1)
    /// The kernel or e2fsck found errors: `EXT2_ERROR_FS`.
    public static let hasErrors = Condition(rawValue: 2)
    /// Not `EXT2_VALID_FS`: mounted without a journal, or changed and never finished.
    public static let notCleanlyUnmounted = Condition(rawValue: 4)
  }

  /// The three words of feature bits: ext2_fs.h, `EXT4_FEATURE_*`.
  public struct Features: Hashable, Sendable {
    /// Features that an older kernel may ignore.
    public var compatible: UInt32
    /// Features that a kernel must know.
    public var incompatible: UInt32
    /// Features that a kernel must know to write.
    public var readOnlyCompatible: UInt32

    /// Names as tune2fs(8) has them, of features with which the kernel refuses DAX: a file's
    /// bytes could lie in its inode (fs/ext4/super.c, `ext4_fill_super`).
    public var forbiddingDAX: [String] {
      incompatible & UInt32(EXT4_FEATURE_INCOMPAT_INLINE_DATA) != 0 ? ["inline_data"] : []
    }

    /// Blocks can belong to several files: `EXT4_FEATURE_RO_COMPAT_SHARED_BLOCKS`.
    public var sharesBlocks: Bool {
      readOnlyCompatible & UInt32(EXT4_FEATURE_RO_COMPAT_SHARED_BLOCKS) != 0
    }

    /// There is a journal: `EXT3_FEATURE_COMPAT_HAS_JOURNAL`.
    public var hasJournal: Bool {
      compatible & UInt32(EXT3_FEATURE_COMPAT_HAS_JOURNAL) != 0
    }
  }

  /// Asks whether the running machine has the device or image mounted, or holds it.
  ///
  /// The corresponding C function is `ext2fs_check_mount_point`, which knows loop devices over an
  /// image too.
  public static func isInUse(_ path: FilePath) throws(Ext4Error) -> Bool {
    var flags: Int32 = 0
    try check(
      unsafe path.withPlatformString { unsafe ext2fs_check_mount_point($0, &flags, nil, 0) })
    return flags & (EXT2_MF_MOUNTED | EXT2_MF_BUSY) != 0
  }
}
