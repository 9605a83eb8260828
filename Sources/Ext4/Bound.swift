/// What a file system may have at most to be read unmounted: else a few bytes of it would decide how much
/// memory and time that takes.
public enum Bound: String, CaseIterable, Sendable {
  /// Groups of blocks. libext2fs keeps 64 bytes of each, and the system zone 300; as `mke2fs` makes them
  /// these are 32 TiB.
  case groups
  /// Inodes, each of which is read. As `mke2fs` makes them these are those of 4 TiB.
  case inodes
  /// Runs of blocks of all files, of which the search for shared blocks keeps 24 bytes each.
  case runs = "runs of files' blocks"

  /// How many that are.
  public var most: UInt64 {
    switch self {
    case .groups: 1 << 18
    case .inodes: 1 << 28
    case .runs: 1 << 24
    }
  }
}
