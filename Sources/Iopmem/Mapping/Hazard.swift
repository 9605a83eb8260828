/// A reason why a peer must not be given the address of some of a file's bytes.
public enum Hazard: String, CaseIterable, Sendable {
  /// `FIEMAP_EXTENT_UNKNOWN`.
  case unknownPlace = "unknown-place"
  /// `FIEMAP_EXTENT_DELALLOC`.
  case unallocated = "unallocated"
  /// `FIEMAP_EXTENT_ENCODED`, and files that statx(2) calls compressed.
  case encoded
  /// `FIEMAP_EXTENT_DATA_ENCRYPTED`, and files that statx(2) calls encrypted.
  case encrypted
  /// `FIEMAP_EXTENT_NOT_ALIGNED`.
  case notAligned = "not-aligned"
  /// `FIEMAP_EXTENT_DATA_INLINE`.
  case inlineData = "inline"
  /// `FIEMAP_EXTENT_DATA_TAIL`.
  case packedTail = "tail"
  /// `FIEMAP_EXTENT_UNWRITTEN`.
  case unwritten
  /// `FIEMAP_EXTENT_SHARED`.
  case shared
  /// A flag that this version does not know.
  case unrecognised

  /// What a person reads after "extent at OFFSET".
  public var sentence: String {
    switch self {
    case .unknownPlace: "has a place that the file system does not tell"
    case .unallocated: "has no place on the device yet"
    case .encoded: "is encoded: the device does not hold the file's own bytes"
    case .encrypted: "is encrypted: the device does not hold the file's own bytes"
    case .notAligned: "begins or ends inside a block"
    case .inlineData: "lies inside the inode, among metadata"
    case .packedTail: "shares its block with the ends of other files"
    case .unwritten:
      "is unwritten: a peer's writes there would read back as zeros"
    case .shared: "is shared: a peer's writes there would change other files too"
    case .unrecognised: "has a flag that this version does not know"
    }
  }

  /// What to do about it.
  public var remedy: String {
    switch self {
    case .unwritten: "write the file first, see iopmem-place(8)"
    case .shared: "copy the file with cp --reflink=never, see iopmem-place(8)"
    case .encoded, .encrypted: "place the file in a folder that is neither, see iopmem-place(8)"
    case .unallocated: "write the file and sync it"
    case .unknownPlace, .notAligned, .inlineData, .packedTail, .unrecognised:
      "place a copy of the file, see iopmem-place(8)"
    }
  }

  /// Whether a caller may say that this is what it wants: the place is a real one of whole blocks
  /// that belong to the file, and only what is read there may surprise.
  public var canBeAllowed: Bool {
    switch self {
    case .unwritten, .shared, .encoded, .encrypted: true
    case .unknownPlace, .unallocated, .notAligned, .inlineData, .packedTail, .unrecognised: false
    }
  }
}
