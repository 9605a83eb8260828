internal import Linux
internal import SystemPackage

/// Gets a new file its blocks from an allocator that cannot be told where.
///
/// The file is grown until some part of it lies right, and cut down to that part: collapsing
/// what is before and truncating what is after moves nothing. Growing to the end of the free
/// space is the last resort, and lasts only until the answer is known.
struct RunHunt {
  /// The name that the file will have, for messages.
  let path: FilePath
  /// How long the file will be, in whole blocks.
  let length: ByteCount
  /// Where it may begin.
  let alignment: Alignment

  /// Leaves the file with exactly one aligned run of blocks, unwritten.
  /// - Throws: `Failure`, refused, naming the largest aligned run, if there is no such run.
  func run(on file: borrowing Descriptor, _ volume: borrowing MountedVolume) throws(Failure) {
    if try grow(file, volume) { return }
    // Everything is held. A run may still be there whose pieces came in another order: give
    // just that run back, and it is the one place where the next request can go.
    let held = try layout(file, volume)
    var space = held.space
    guard let run = space.take(length, alignment) else {
      throw fragmented(held.space)
    }
    try explain(path, "cannot allocate") { () throws(Errno) in
      for piece in held.runs {
        guard let part = piece.intersection(run) else { continue }
        try file.punch(from: part.logical.rawValue, length: part.length.rawValue)
      }
      // Journalled file systems use freed blocks again only once the change is on the device.
      try file.synchronize()
    }
    if try grow(file, volume) { return }
    throw Failure(
      .failed, path,
      "the file system does not give out a run of \(length.rawValue) bytes, though one is free",
      remedy: "try again; place it into the unmounted file system with --image")
  }

  /// Grows the file until it holds the run, or nothing is free.
  /// - Returns: whether it now is just that run.
  private func grow(
    _ file: borrowing Descriptor, _ volume: borrowing MountedVolume
  ) throws(Failure) -> Bool {
    let block = volume.blockSize.rawValue
    var end = try explain(path, "cannot read") { () throws(Errno) in try file.status().size }
    var step = length.rawValue
    for attempt in 1... {
      if Interruption.signal != nil { throw .interrupted() }
      var isFull = false
      do {
        try file.allocate(from: end, length: step)
        end += step
      } catch {
        // A file can be full before the device is.
        guard error == .noSpace || error == .fileTooLarge else {
          throw Failure(error, path, "cannot allocate")
        }
        isFull = true
      }
      if !isFull || step <= block {
        let held = try layout(file, volume)
        if let begin = held.begin(ofRun: length, alignment) {
          try cut(file, to: begin)
          return true
        }
        if isFull { return false }
        if attempt == 2 { try expectRun(held, volume) }
      }
      let wanted = isFull ? step / 2 : max(step, alignment.unit.rawValue, end / 2)
      step = max(block, wanted / block * block)
    }
    return false
  }

  /// Stops the hunt before it takes all the free space, where the file system tells that there
  /// is no such run in what is free or held.
  private func expectRun(
    _ held: Layout, _ volume: borrowing MountedVolume
  ) throws(Failure) {
    guard let free = volume.freeSpace() else { return }
    let space = FreeSpace(free.runs + held.space.runs)
    if space.largest(alignment) < length { throw fragmented(space) }
  }

  /// Truncates first: a request that failed half-way can leave blocks past the end of the file,
  /// which no collapse may reach.
  private func cut(_ file: borrowing Descriptor, to begin: FileOffset) throws(Failure) {
    guard let end = try? begin.advanced(by: length) else { throw .tooLarge(path) }
    try explain(path, "cannot allocate") { () throws(Errno) in
      try file.truncate(to: end.rawValue)
      if begin.rawValue > 0 { try file.collapse(from: 0, length: begin.rawValue) }
    }
  }

  private func layout(
    _ file: borrowing Descriptor, _ volume: borrowing MountedVolume
  ) throws(Failure) -> Layout {
    try explain(path, "cannot read the layout") { () throws(Errno) in
      try volume.layout(of: file)
    }
  }

  private func fragmented(_ space: FreeSpace) -> Failure {
    .fragmented(path, length: length, alignment, largest: space.largest(alignment))
  }
}

extension Layout.Run {
  /// The part that lies in a run of the device.
  fileprivate func intersection(_ other: FreeRun) -> Layout.Run? {
    guard let end = try? physical.advanced(by: length) else { return nil }
    let first = max(physical, other.start)
    let last = min(end, other.end)
    guard first < last, let skipped = try? first.distance(from: physical),
      let count = try? last.distance(from: first),
      let begin = try? logical.advanced(by: skipped)
    else { return nil }
    return Layout.Run(logical: begin, physical: first, length: count)
  }
}
