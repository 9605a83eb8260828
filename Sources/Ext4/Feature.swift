internal import CExt2fs
internal import Linux

/// A feature of ext2, ext3 or ext4 (ext2_fs.h, `EXT4_FEATURE_*`), and whether this code keeps a
/// file system whole that has it: ext4(5).
public struct Feature: Sendable {
  /// A word of feature bits, by its name in the superblock.
  enum Word: String {
    case compatible = "compat"
    case incompatible = "incompat"
    case readOnlyCompatible = "ro_compat"
  }

  /// What mke2fs(8) calls it.
  let name: String
  let word: Word
  let bit: UInt32
  /// Files can be placed into the unmounted file system.
  let isKept: Bool

  private init(_ word: Word, _ bit: Int32, _ name: String, isKept: Bool) {
    self.name = name
    self.word = word
    self.bit = UInt32(bit)
    self.isKept = isKept
  }

  /// The names of those with which an unmounted file system can be changed and stays whole.
  public static let kept = Set(known.filter(\.isKept).map(\.name))

  /// The names of those with which it could not be kept whole.
  public static let notKept = Set(known.filter { !$0.isKept }.map(\.name))

  /// Names of the bits of a word that are not kept; a bit without a name is a number.
  static func notKept(_ bits: UInt32, _ word: Word) -> [String] {
    var unknown = bits
    var names: [String] = []
    for feature in known where feature.word == word && bits & feature.bit != 0 {
      unknown &= ~feature.bit
      if !feature.isKept { names.append(feature.name) }
    }
    if unknown != 0 { names.append("\(word.rawValue) 0x\(Hex.text(unknown))") }
    return names
  }

  private static let known: [Feature] = [
    Feature(.compatible, EXT2_FEATURE_COMPAT_DIR_PREALLOC, "dir_prealloc", isKept: true),
    Feature(.compatible, EXT3_FEATURE_COMPAT_HAS_JOURNAL, "has_journal", isKept: true),
    Feature(.compatible, EXT2_FEATURE_COMPAT_EXT_ATTR, "ext_attr", isKept: true),
    Feature(.compatible, EXT2_FEATURE_COMPAT_RESIZE_INODE, "resize_inode", isKept: true),
    Feature(.compatible, EXT2_FEATURE_COMPAT_DIR_INDEX, "dir_index", isKept: true),
    Feature(.compatible, EXT4_FEATURE_COMPAT_SPARSE_SUPER2, "sparse_super2", isKept: true),
    Feature(.compatible, EXT4_FEATURE_COMPAT_FAST_COMMIT, "fast_commit", isKept: true),
    // Numbers of inodes and the UUID stay as they are, which they do.
    Feature(.compatible, EXT4_FEATURE_COMPAT_STABLE_INODES, "stable_inodes", isKept: true),
    Feature(.compatible, EXT4_FEATURE_COMPAT_ORPHAN_FILE, "orphan_file", isKept: true),

    Feature(.incompatible, EXT2_FEATURE_INCOMPAT_FILETYPE, "filetype", isKept: true),
    Feature(.incompatible, EXT3_FEATURE_INCOMPAT_EXTENTS, "extent", isKept: true),
    Feature(.incompatible, EXT2_FEATURE_INCOMPAT_META_BG, "meta_bg", isKept: true),
    Feature(.incompatible, EXT4_FEATURE_INCOMPAT_64BIT, "64bit", isKept: true),
    Feature(.incompatible, EXT4_FEATURE_INCOMPAT_MMP, "mmp", isKept: false),
    Feature(.incompatible, EXT4_FEATURE_INCOMPAT_FLEX_BG, "flex_bg", isKept: true),
    Feature(.incompatible, EXT4_FEATURE_INCOMPAT_EA_INODE, "ea_inode", isKept: false),
    Feature(.incompatible, EXT4_FEATURE_INCOMPAT_CSUM_SEED, "metadata_csum_seed", isKept: true),
    Feature(.incompatible, EXT4_FEATURE_INCOMPAT_LARGEDIR, "large_dir", isKept: true),
    Feature(.incompatible, EXT4_FEATURE_INCOMPAT_INLINE_DATA, "inline_data", isKept: false),
    Feature(.incompatible, EXT4_FEATURE_INCOMPAT_ENCRYPT, "encrypt", isKept: false),
    // Of directories that fold case themselves nothing is changed.
    Feature(.incompatible, EXT4_FEATURE_INCOMPAT_CASEFOLD, "casefold", isKept: true),

    Feature(.readOnlyCompatible, EXT2_FEATURE_RO_COMPAT_SPARSE_SUPER, "sparse_super", isKept: true),
    Feature(.readOnlyCompatible, EXT2_FEATURE_RO_COMPAT_LARGE_FILE, "large_file", isKept: true),
    Feature(.readOnlyCompatible, EXT4_FEATURE_RO_COMPAT_HUGE_FILE, "huge_file", isKept: true),
    Feature(.readOnlyCompatible, EXT4_FEATURE_RO_COMPAT_GDT_CSUM, "uninit_bg", isKept: true),
    Feature(.readOnlyCompatible, EXT4_FEATURE_RO_COMPAT_DIR_NLINK, "dir_nlink", isKept: true),
    Feature(.readOnlyCompatible, EXT4_FEATURE_RO_COMPAT_EXTRA_ISIZE, "extra_isize", isKept: true),
    // Its files count what each user has.
    Feature(.readOnlyCompatible, EXT4_FEATURE_RO_COMPAT_QUOTA, "quota", isKept: false),
    Feature(.readOnlyCompatible, EXT4_FEATURE_RO_COMPAT_BIGALLOC, "bigalloc", isKept: false),
    Feature(
      .readOnlyCompatible, EXT4_FEATURE_RO_COMPAT_METADATA_CSUM, "metadata_csum", isKept: true),
    Feature(.readOnlyCompatible, EXT4_FEATURE_RO_COMPAT_PROJECT, "project", isKept: false),
    Feature(
      .readOnlyCompatible, EXT4_FEATURE_RO_COMPAT_SHARED_BLOCKS, "shared_blocks", isKept: false),
    Feature(.readOnlyCompatible, EXT4_FEATURE_RO_COMPAT_VERITY, "verity", isKept: false),
  ]
}
