internal import Linux
internal import SystemPackage

/// Places files into a mounted file system: all of a request, or nothing.
public struct MountedPlacement {
  let request: PlacementRequest
  let windows: WindowSource
  private let progress: PlacementProgress?

  /// A placement that has not begun.
  /// - Parameter windows: tell where in its BAR a block device's byte 0 lies.
  public init(
    _ request: PlacementRequest, windows: WindowSource, progress: PlacementProgress? = nil
  ) {
    self.request = request
    self.windows = windows
    self.progress = progress
  }

  /// Makes the files, proves where they lie, and only then gives them their names.
  /// - Returns: the files, in the order of the request.
  public func run() throws(Failure) -> [PlacedFile] {
    try expectReplaceable(request.destination)
    let (path, manifest) = try request.resolvedWhereMounted()
    let volume = try MountedVolume(
      path, DeviceOrigin(windows: windows, needsBar: request.options.needsBar))
    return try place(manifest, in: volume)
  }

  /// Refuses a name that something has which no file is to take it from.
  private func expectReplaceable(_ path: FilePath) throws(Failure) {
    // What cannot be looked at is found out when it is opened.
    guard let kind = try? Status(of: path, followingLinks: true).kind,
      kind != .regular && kind != .directory
    else { return }
    throw .notRegular(path, kind, remedy: "name a file or a directory")
  }

  /// Makes what a manifest tells of in an open directory.
  func place(
    _ manifest: Manifest, in volume: borrowing MountedVolume
  ) throws(Failure) -> [PlacedFile] {
    let path = volume.path
    try explain(path, "cannot clean up after an earlier placement") { () throws(Errno) in
      try StagingDirectory.sweep(volume.directory)
    }
    let taken = try takenNames(manifest, volume)
    if request.options.pins { try expectPinnable(volume) }
    guard let total = try? manifest.totalSize() else { throw .tooLarge(path) }
    if let first = manifest.entries.first(where: { $0.content.fileSize != nil }) {
      // Before blocks are sought: all inherit the same of the directory.
      try volume.makeUnnamedFile().expectPlain(path.appending(first.path.components))
    }
    try volume.inTurn { () throws(Failure) in try expectRoom(manifest, total, volume) }
    var copier = FileCopier(total: total, progress: progress)
    if let only = manifest.entries.first, manifest.entries.count == 1,
      only.content.fileSize != nil, taken.isEmpty
    {
      return try pinned([try placeUnnamed(only, volume, &copier)], manifest, volume)
    }
    return try pinned(
      try placeStaged(manifest, volume, taken, &copier), manifest, volume)
  }

  /// Finds the names that exist already, and what will be replaced.
  private func takenNames(
    _ manifest: Manifest, _ volume: borrowing MountedVolume
  ) throws(Failure) -> [FilePath: Status] {
    var taken: [FilePath: Status] = [:]
    for top in manifest.tops {
      let path = volume.path.appending(top.path.components)
      let status: Status
      do { status = try volume.directory.status(of: top.path) } catch {
        if error == .noSuchFileOrDirectory { continue }
        throw Failure(error, path, "cannot read")
      }
      guard request.options.replaces else { throw .exists(path) }
      guard status.kind != .directory, top.content != .directory else {
        throw .directoryInTheWay(path)
      }
      guard status.attributes.isDisjoint(with: [.immutable, .appendOnly]) else {
        throw .held(path)
      }
      taken[top.path] = status
    }
    return taken
  }

  /// Refuses, before anything is tried, what cannot succeed.
  private func expectRoom(
    _ manifest: Manifest, _ total: ByteCount, _ volume: borrowing MountedVolume
  ) throws(Failure) {
    let available = try explain(volume.path, "cannot read") { () throws(Errno) in
      ByteCount(try volume.directory.freeSpace().free)
    }
    guard total <= available else {
      throw .noSpace(volume.path, needed: total, free: available)
    }
    guard !request.options.allowsFragments else { return }
    try volume.settle()
    try expectRuns(manifest, volume)
  }

  /// Refuses files that the free space could not hold even one at a time.
  private func expectRuns(
    _ manifest: Manifest, _ volume: borrowing MountedVolume
  ) throws(Failure) {
    var free = volume.freeSpace()
    for entry in manifest.entries where entry.content.fileSize != nil {
      let staged = try StagedFile(entry, volume, request.options)
      if !staged.hasRoom(in: free) { free = try volume.reclaimedSpace() }
      try staged.expectRoom(in: free)
    }
  }
}
