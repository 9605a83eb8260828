internal import Linux
internal import SystemPackage

/// Makes a file of one aligned run on a mounted file system, whose allocator cannot be told where.
struct ContiguousAllocator {
  let request: RunRequest

  /// How often the free space is searched: others allocate meanwhile.
  private static let attempts = 3

  /// Makes the file, without a name, of exactly one aligned run of blocks, unwritten.
  /// - Throws: `Failure`, refused, naming the largest aligned run, if there is no such run.
  func allocate(on volume: borrowing MountedVolume) throws(Failure) -> Descriptor {
    if volume.kind == .ext4,
      let file = try Ext4GrowthStrategy(request: request).allocate(on: volume)
    {
      return file
    }
    for attempt in 1...Self.attempts {
      // What the last attempt's placeholders held must be free.
      if attempt > 1 { try volume.settle() }
      let search = PlaceholderSearch(
        request: request, strategy: strategy(for: volume.kind, attempt))
      if let file = try search.run(on: volume) { return file }
    }
    throw try failure(volume)
  }

  private func strategy(for kind: FileSystemKind, _ attempt: Int) -> any PlaceholderStrategy {
    guard kind == .xfs else { return Ext4PlaceholderStrategy() }
    let length = request.length
    let unit = request.alignment.unit
    return XFSPlaceholderStrategy(
      keepsUnits: attempt == 1 && unit >= .pmd && length.isMultiple(of: unit))
  }

  /// Why there is no such file, though the space is there.
  private func failure(_ volume: borrowing MountedVolume) throws(Failure) -> Failure {
    // Ext4 keeps some free blocks for its own records to the last: `ext4_calculate_resv_clusters`,
    // fs/ext4/super.c.
    let (path, length) = (request.path, request.length)
    let space = try explain(path, "cannot read") { () throws(Errno) in
      try volume.directory.freeSpace()
    }
    if space.available < length.rawValue {
      return .noSpace(path, needed: length, free: ByteCount(space.available))
    }
    return Failure(
      .failed, path,
      "the file system does not give out a run of \(length.rawValue) bytes, though one is free",
      remedy: ways(
        "try again", "place it into the unmounted file system with \(option: .image)"))
  }
}
