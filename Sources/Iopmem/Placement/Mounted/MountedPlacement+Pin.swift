internal import Linux
internal import SystemPackage

extension MountedPlacement {
  /// Refuses what could not be pinned, before anything has a name.
  func expectPinnable(_ volume: borrowing MountedVolume) throws(Failure) {
    let file = try volume.makeUnnamedFile()
    let attributes = try explain(volume.path, "cannot read") { () throws(Errno) in
      try file.status().attributes
    }
    if request.options.pinsOnlyDAX && !attributes.contains(.dax) {
      throw Failure(
        .refused, volume.path,
        "makes files that are not DAX: a pin would not keep their bytes there",
        remedy: ways("mount with -o dax=always", "give \(option: .noDAXCheck)"))
    }
    try file.makeImmutable(volume.path)
    try explain(volume.path, "cannot unpin") { () throws(Errno) in try file.setImmutable(false) }
  }

  /// Pins the files, if that was asked for. They have their names by now: an immutable file can be
  /// given none. They are looked up below the directory, with no link followed, since others may have
  /// been given their names by now.
  func pinned(
    _ files: [PlacedFile], _ manifest: Manifest, _ volume: borrowing MountedVolume
  ) throws(Failure) -> [PlacedFile] {
    guard request.options.pins else { return files }
    var pinner = Pinner(windows: windows, requiresDAX: request.options.pinsOnlyDAX)
    var files = files
    let names = manifest.entries.filter { $0.content.fileSize != nil }.map(\.path)
    for (index, name) in zip(files.indices, names) {
      do throws(Failure) {
        if Interruption.signal != nil { throw .interrupted() }
        let file = try DeployedMap.open(name, in: volume.directory, at: volume.path)
        let map = try pinner.pin(file, named: files[index].path)
        guard try files[index].isThat(of: map, pinner.segments) else {
          if pinner.isNewlyPinned { try file.unpin(files[index].path) }
          throw Failure(.failed, files[index].path, "was moved or replaced meanwhile")
        }
      } catch {
        var failure = error
        failure.subject = files[index].path
        failure.reason = "is placed, and not pinned: \(error.reason)"
        failure.remedy = "iopmem pin tries again"
        failure.leavesResult = true
        throw failure
      }
      files[index].isPinned = true
    }
    return files
  }
}

extension PlacedFile {
  /// Tells whether a map is that of the file as it was placed.
  fileprivate func isThat(
    of map: FileMap, _ segments: borrowing SegmentList
  ) throws(Failure) -> Bool {
    var first: BarOffset?
    try segments.forEachRun { (run) throws(Failure) in first = first ?? run.first?.barOffset }
    return map.size == size && segments.count == runs && first == start
  }
}
