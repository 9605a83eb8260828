public import SystemPackage

/// Why an unmounted XFS cannot be read.
public enum XFSError: Error, Equatable {
  /// What the kernel said.
  case reading(Errno)
  /// The device or image ends before what the file system is said to hold.
  case cutOff
  /// It has no superblock of version 5.
  case otherContent
  /// It has features that are not known here: bits of `XFS_SB_FEAT_INCOMPAT_*`.
  case unknownFeatures(UInt32)
  /// Its making, or its repair, did not come to its end.
  case unfinished
  /// A structure contradicts itself or others.
  case damage(XFSStructure)
}

/// A structure of an XFS.
public enum XFSStructure: Equatable, Sendable, CustomStringConvertible {
  /// The first superblock.
  case superblock
  /// The header of a group's free space, AGF.
  case freeSpace(group: UInt32)
  /// The tree of a group's free runs by their place, the bnobt.
  case freeRuns(group: UInt32)

  /// What a person reads.
  public var description: String {
    switch self {
    case .superblock: "the superblock"
    case .freeSpace(let group): "the header of the free space of group \(group)"
    case .freeRuns(let group): "the tree of the free runs of group \(group)"
    }
  }
}
