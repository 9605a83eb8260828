internal import Linux
internal import SystemPackage

/// Searches the free space for one aligned run, by files that hold what the allocator gives.
///
/// A new file is given blocks, and trimmed to the part of them that lies right, if there is one.
/// If there is none, the file is kept as a placeholder, so that the next new file gets other
/// blocks. When placeholders hold everything, they release just one run: the one place where the
/// next request can go.
struct PlaceholderSearch {
  let request: RunRequest
  let strategy: any PlaceholderStrategy

  /// How many placeholders at most: each is an open file.
  private static let placeholderLimit = 256
  /// From so many placeholders on each grows past the file's length, so that the search ends.
  private static let growthThreshold = 64
  /// How many files may compete for one run.
  private static let competitorLimit = 64
  /// How many blocks the file system may need for its own records.
  private static let slackBlocks: UInt64 = 32

  private var path: FilePath { request.path }

  /// Makes the file, without a name, unwritten.
  /// - Returns: nil if others took what was released, or the allocator does not go along.
  /// - Throws: `Failure`, refused, naming the largest aligned run, if there is no such run.
  func run(on volume: borrowing MountedVolume) throws(Failure) -> Descriptor? {
    let (length, unit) = (request.length, request.alignment.unit)
    var placeholders: [PlaceholderFile] = []
    var isFull = false
    while !isFull, placeholders.count < Self.placeholderLimit,
      let file = try strategy.makeFile(path, on: volume)
    {
      for more in [length, ByteCount(unit.rawValue - volume.blockSize.rawValue)] {
        guard more > .zero, !isFull else { continue }
        isFull = try !request.extend(file, by: more)
        if try request.trim(file, on: volume) { return file }
      }
      if !isFull, placeholders.count > Self.growthThreshold {
        let size = try explain(path, "cannot read") { () throws(Errno) in try file.status().size }
        isFull = try !request.extend(
          file, by: ByteCount(size / length.rawValue * length.rawValue))
      }
      let layout = try volume.layout(of: file, path)
      placeholders.append(PlaceholderFile(file, layout))
      if placeholders.count == 1 { try expectRun(placeholders, on: volume) }
    }
    if let rest = try strategy.holdRemainder(request, on: volume) { placeholders.append(rest) }
    return try release(from: placeholders, on: volume)
  }

  /// Releases one run that placeholders hold and lets a new file have it, a part at a time.
  private func release(
    from placeholders: [PlaceholderFile], on volume: borrowing MountedVolume
  ) throws(Failure) -> Descriptor? {
    let space = space(placeholders, on: volume)
    var rest = space
    guard let wanted = rest.take(request.length, request.alignment) else {
      throw request.fragmented(space)
    }
    let run = strategy.allocation(for: wanted, in: space)
    try makeSlack(beside: run, placeholders, on: volume)
    var parts = run.parts(ofGroups: volume.blockSize)[...]
    guard let first = parts.popFirst(), let file = try strategy.makeFile(path, on: volume) else {
      return nil
    }
    try strategy.prepare(file, for: run, request, on: volume)
    try release(first, from: placeholders)
    guard let file = try fill(file, with: first, on: volume) else { return nil }
    // From here on the allocator looks first where the file ends.
    for part in parts {
      try release(part, from: placeholders)
      guard try request.extend(file, by: part.length) else { return nil }
    }
    guard try request.trim(file, on: volume) else { return nil }
    return file
  }

  /// Gives a file one free run. Shorter runs may compete with it: files take and hold them, and
  /// another file gets the run.
  private func fill(
    _ file: consuming Descriptor, with run: FreeRun, on volume: borrowing MountedVolume
  ) throws(Failure) -> Descriptor? {
    var competitors: [PlaceholderFile] = []
    var file = file
    while competitors.count < Self.competitorLimit {
      guard try file.reserve(from: 0, length: run.length.rawValue, path) else { return nil }
      try explain(path, "cannot allocate") { () throws(Errno) in
        try file.truncate(to: run.length.rawValue)
      }
      let layout = try volume.layout(of: file, path)
      if layout.runs.count == 1, layout.runs.first?.physical == run.start { return file }
      guard let next = try strategy.makeFile(path, on: volume) else { return nil }
      competitors.append(PlaceholderFile(file, layout))
      file = next
    }
    return nil
  }

  private func release(_ run: FreeRun, from placeholders: [PlaceholderFile]) throws(Failure) {
    try explain(path, "cannot allocate") { () throws(Errno) in
      for placeholder in placeholders { try placeholder.release(run) }
    }
  }

  /// Releases some blocks elsewhere: the file system keeps records of what is released, which
  /// would go into the run itself.
  private func makeSlack(
    beside run: FreeRun, _ placeholders: [PlaceholderFile], on volume: borrowing MountedVolume
  ) throws(Failure) {
    let held = placeholders.flatMap(\.layout.runs).compactMap {
      $0.intersection(run)?.length.rawValue
    }
    // What of the run no placeholder holds counts as used where the file system reserves it.
    let reserved = run.length.rawValue - min(run.length.rawValue, held.reduce(0, +))
    var wanted = reserved + Self.slackBlocks * volume.blockSize.rawValue
    let pieces = placeholders.flatMap(\.layout.space.runs).sorted {
      strategy.slackPrecedes($0, $1, beside: run)
    }
    for piece in pieces where wanted > 0 && piece.gap(to: run) > 0 {
      let part = ByteCount(min(wanted, piece.length.rawValue))
      guard part < request.length, let slack = FreeRun(start: piece.start, length: part) else {
        continue
      }
      try release(slack, from: placeholders)
      wanted -= part.rawValue
    }
  }

  /// Stops the search before it takes all the free space, where the file system tells that there
  /// is no such run in what is free or held.
  private func expectRun(
    _ placeholders: [PlaceholderFile], on volume: borrowing MountedVolume
  ) throws(Failure) {
    try volume.settle()
    guard volume.freeSpace() != nil else { return }
    let space = space(placeholders, on: volume)
    if space.largest(request.alignment) < request.length { throw request.fragmented(space) }
  }

  /// What would be free without the placeholders.
  private func space(
    _ placeholders: [PlaceholderFile], on volume: borrowing MountedVolume
  ) -> FreeSpace {
    FreeSpace((volume.freeSpace()?.runs ?? []) + placeholders.flatMap(\.layout.space.runs))
  }
}
