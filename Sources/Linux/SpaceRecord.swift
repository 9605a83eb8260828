internal import CLinux

/// A run of a block device, and what its file system uses it for: `struct fsmap`, linux/fsmap.h.
public struct SpaceRecord: Hashable, Sendable {
  /// What a run is used for.
  public enum Owner: Hashable, Sendable {
    /// Nothing: `FMR_OWN_FREE`.
    case free
    /// The journal: `XFS_FMR_OWN_LOG`, which ext4 calls the same.
    case journal
    /// Other structures of the file system's own.
    case metadata
    /// A file, or something that the file system does not tell: `FMR_OWN_UNKNOWN`.
    case data
  }

  /// Where it begins on the device, in bytes.
  public let start: UInt64
  /// How long it is, in bytes.
  public let length: UInt64
  /// What it is used for.
  public let owner: Owner

  init(_ raw: fsmap) {
    start = raw.fmr_physical
    length = raw.fmr_length
    let isSpecial = raw.fmr_flags & UInt32(FMR_OF_SPECIAL_OWNER) != 0
    owner =
      switch raw.fmr_owner {
      // The number of an inode.
      case _ where !isSpecial: .data
      case iopmem_FMR_OWN_FREE: .free
      case iopmem_FMR_OWN_UNKNOWN: .data
      case iopmem_FMR_OWN_LOG: .journal
      default: .metadata
      }
  }
}
