internal import Signature
internal import SystemPackage
internal import XFS

extension UnmountedImage {
  /// Reads what lies where.
  /// - Parameter withFiles: whether to read the directories.
  /// - Throws: `Failure` for what holds neither ext2, ext3, ext4 nor xfs, for damage of what the file
  ///   system as a whole rests on, and for changes that are not in place.
  consuming func occupancy(withFiles: Bool) throws(Failure) -> Occupancy {
    switch try content() {
    case .found(let signature) where signature.type == "xfs":
      return try xfsOccupancy(withFiles: withFiles)
    case .ambivalent(let signatures): throw .ambivalent(path, signatures)
    case .found, .unrecognised: break
    }
    let request = MapRequest(
      allowed: Set(Hazard.allCases.filter(\.canBeAllowed)), requiresDAX: false)
    return try ImageFileMapper(self, request: request).occupancy(withFiles: withFiles)
  }

  /// Of an xfs the space alone is read: what files have is among `other`.
  private consuming func xfsOccupancy(withFiles: Bool) throws(Failure) -> Occupancy {
    let space = try XFSSpace(of: self)
    try confirm()
    var sweep = OccupancySweep()
    sweep.space = space.claims
    let unread = Failure(
      .refused, path, "holds an xfs that is not mounted: its files are not read",
      remedy: "mount it, and name its mount point")
    return Occupancy(
      device: path, mountPoint: nil, fileSystem: "xfs", length: window.length,
      origin: window.start, isInBar: isInBar,
      areas: sweep.areas(length: window.length), wasSearched: false, files: [], leases: nil,
      failures: withFiles ? [unread] : [])
  }
}

/// What an unmounted XFS tells of its space.
private struct XFSSpace {
  private(set) var claims: [OccupancySweep.Claim] = []

  init(of image: borrowing UnmountedImage) throws(Failure) {
    let path = image.path
    let offset = image.offset
    let fileSystem = try explain(path) { () throws(XFSError) in try XFSFileSystem(path, at: offset)
    }
    try image.expectRoom(for: fileSystem.length)
    guard try explain(path, { () throws(XFSError) in try fileSystem.log() }) != nil else {
      throw Failure(
        .refused, path, "has its log on another device: what that holds is not known",
        remedy: "mount it, and name its mount point")
    }
    let isClean = try explain(path) { () throws(XFSError) in try fileSystem.logIsClean() }
    guard isClean else {
      throw Failure(
        .refused, path, "was not unmounted: its log can hold changes that are not in place",
        remedy: "mount it and unmount it once"
      ).named(as: ImageFileMapper.Doubt.needsRecovery)
    }
    try explain(path) { () throws(XFSError) in
      if let log = try fileSystem.log() { claims.append(.init(bytes: log, content: .journal)) }
      try fileSystem.forEachFreeRun { claims.append(.init(bytes: $0, content: .free)) }
    }
    fileSystem.forEachHeader { claims.append(.init(bytes: $0, content: .metadata)) }
  }
}
