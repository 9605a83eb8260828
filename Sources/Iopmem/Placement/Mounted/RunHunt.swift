internal import Linux
internal import SystemPackage

/// Makes a file of one aligned run, with an allocator that cannot be told where.
///
/// A new file is given its blocks, and is cut down to the part of them that lies right, if there
/// is one: truncating what is after and collapsing what is before moves nothing. If there is
/// none, the file is kept as a decoy, so that the next new file gets other blocks. When decoys
/// hold everything, they give back just one run: the one place where the next request can go.
struct RunHunt {
  /// The name that the file will have, for messages.
  let path: FilePath
  /// How long the file will be, in whole blocks.
  let length: ByteCount
  /// Where it may begin.
  let alignment: Alignment

  /// How many decoys at most: each is an open file.
  private static let mostDecoys = 256
  /// After so many decoys each holds more than the file would need, to come to an end.
  private static let modestDecoys = 64
  /// How many blocks the file system may need for its own records.
  private static let slackBlocks: UInt64 = 32
  /// How often everything is held: others allocate meanwhile.
  private static let rounds = 3

  /// Makes the file, without a name, of exactly one aligned run of blocks, unwritten.
  /// - Throws: `Failure`, refused, naming the largest aligned run, if there is no such run.
  func run(_ volume: borrowing MountedVolume) throws(Failure) -> Descriptor {
    // XFS gives out whole units of the size that a directory hands on, 2 MiB by mkfs.iopmem: good
    // for files of such.
    let isWhole = alignment.unit >= .pmd && length.isMultiple(of: alignment.unit)
    for round in 1...Self.rounds {
      // What the last round's decoys held must be free.
      if round > 1 { try volume.settle() }
      if let file = try hunt(volume, inUnits: isWhole && round == 1) { return file }
    }
    // Ext4 keeps some free blocks for its own records to the last: `ext4_calculate_resv_clusters`,
    // fs/ext4/super.c.
    let space = try explain(path, "cannot read") { () throws(Errno) in
      try volume.directory.freeSpace()
    }
    if space.available < length.rawValue {
      throw .noSpace(path, needed: length, free: ByteCount(space.available))
    }
    throw Failure(
      .failed, path,
      "the file system does not give out a run of \(length.rawValue) bytes, though one is free",
      remedy: "try again, or place it into the unmounted file system with --image")
  }

  /// - Returns: nil if others took what was given back, or the allocator does not go along.
  private func hunt(
    _ volume: borrowing MountedVolume, inUnits: Bool
  ) throws(Failure) -> Descriptor? {
    var decoys: [Decoy] = []
    var isFull = false
    while !isFull, decoys.count < Self.mostDecoys,
      let file = try makeFile(volume, inUnits: inUnits)
    {
      for more in [length, ByteCount(alignment.unit.rawValue - volume.blockSize.rawValue)] {
        guard more > .zero, !isFull else { continue }
        isFull = try !extend(file, by: more)
        if try cut(file, volume) { return file }
      }
      if !isFull, decoys.count > Self.modestDecoys {
        let size = try explain(path, "cannot read") { () throws(Errno) in try file.status().size }
        isFull = try !extend(file, by: ByteCount(size / length.rawValue * length.rawValue))
      }
      let layout = try volume.layout(of: file, path)
      decoys.append(Decoy(file, layout))
      if decoys.count == 1 { try expectRun(decoys, volume) }
    }
    if volume.kind == .xfs, let rest = try holdRest(volume) { decoys.append(rest) }
    return try assemble(from: decoys, volume, inUnits: inUnits)
  }

  /// Holds what is left, in ever shorter pieces: XFS gives a request nothing if it cannot give all,
  /// and what is left may touch the run that is wanted.
  private func holdRest(_ volume: borrowing MountedVolume) throws(Failure) -> Decoy? {
    guard let file = try makeFile(volume, inUnits: false) else { return nil }
    let block = volume.blockSize.rawValue
    var end: UInt64 = 0
    var piece = length.rawValue
    while piece >= block {
      if try file.reserve(from: end, length: piece, path) {
        end += piece
      } else {
        piece = piece / 2 / block * block
      }
    }
    let layout = try volume.layout(of: file, path)
    return Decoy(file, layout)
  }

  /// - Parameter inUnits: whether the file may only be given whole units of what its directory
  ///   hands on.
  /// - Returns: nil if the file system has no inode left for it.
  private func makeFile(
    _ volume: borrowing MountedVolume, inUnits: Bool
  ) throws(Failure) -> Descriptor? {
    guard let file = try volume.makeSpareFile() else { return nil }
    if volume.kind == .xfs, !inUnits {
      try explain(path, "cannot allocate") { () throws(Errno) in try file.clearExtentSize() }
    }
    return file
  }

  /// Gives back one run that decoys hold and lets a new file have it, a part at a time.
  private func assemble(
    from decoys: [Decoy], _ volume: borrowing MountedVolume, inUnits: Bool
  ) throws(Failure) -> Descriptor? {
    let space = space(decoys, volume)
    var rest = space
    guard var run = rest.take(length, alignment) else { throw fragmented(space) }
    // XFS lets nobody hold its reserve, which may touch the run: it gives from where that begins.
    if volume.kind == .xfs, !inUnits, let whole = space.run(holding: run.start),
      let longer = try? run.end.distance(from: whole.start)
    {
      run = FreeRun(start: whole.start, length: longer) ?? run
    }
    try makeSlack(beside: run, decoys, volume)
    var parts = run.parts(ofGroups: volume.blockSize)[...]
    guard let first = parts.popFirst(), let file = try makeFile(volume, inUnits: inUnits) else {
      return nil
    }
    // XFS begins what comes last in a file at a multiple of its stripe, so that the front of the
    // run would be left: what lies before another block is put anywhere.
    if volume.kind == .xfs, !inUnits {
      guard let mark = try? run.length.adding(volume.blockSize) else { throw .tooLarge(path) }
      _ = try file.reserve(from: mark.rawValue, length: volume.blockSize.rawValue, path)
    }
    try giveBack(first, decoys)
    guard let file = try fill(file, with: first, volume, inUnits: inUnits) else { return nil }
    // From here on the allocator looks first where the file ends.
    for part in parts {
      try giveBack(part, decoys)
      guard try extend(file, by: part.length) else { return nil }
    }
    guard try cut(file, volume) else { return nil }
    return file
  }

  /// Gives a file one free run. A short run may have rivals: those are taken and held too, and
  /// the run is another file's.
  private func fill(
    _ file: consuming Descriptor, with run: FreeRun, _ volume: borrowing MountedVolume,
    inUnits: Bool
  ) throws(Failure) -> Descriptor? {
    var rivals: [Decoy] = []
    var file = file
    while rivals.count < Self.modestDecoys {
      guard try file.reserve(from: 0, length: run.length.rawValue, path) else { return nil }
      try explain(path, "cannot allocate") { () throws(Errno) in
        try file.truncate(to: run.length.rawValue)
      }
      let layout = try volume.layout(of: file, path)
      if layout.runs.count == 1, layout.runs.first?.physical == run.start { return file }
      guard let next = try makeFile(volume, inUnits: inUnits) else { return nil }
      rivals.append(Decoy(file, layout))
      file = next
    }
    return nil
  }

  private func giveBack(_ run: FreeRun, _ decoys: [Decoy]) throws(Failure) {
    try explain(path, "cannot allocate") { () throws(Errno) in
      for decoy in decoys { try decoy.giveBack(run) }
    }
  }

  /// Gives back some blocks elsewhere: the file system keeps records of what is given back, which
  /// would go into the run itself. XFS keeps them in each allocation group, so the nearest; ext4
  /// anywhere, so the shortest pieces, which hold nothing that is looked for.
  private func makeSlack(
    beside run: FreeRun, _ decoys: [Decoy], _ volume: borrowing MountedVolume
  ) throws(Failure) {
    let held = decoys.flatMap(\.layout.runs).compactMap { $0.intersection(run)?.length.rawValue }
    // What of the run is nobody's to give back counts as used where the file system reserves it.
    let reserved = run.length.rawValue - min(run.length.rawValue, held.reduce(0, +))
    var wanted = reserved + Self.slackBlocks * volume.blockSize.rawValue
    let pieces = decoys.flatMap(\.layout.space.runs).sorted {
      volume.kind == .xfs ? $0.gap(to: run) < $1.gap(to: run) : $0.length < $1.length
    }
    for piece in pieces where wanted > 0 && piece.gap(to: run) > 0 {
      let part = ByteCount(min(wanted, piece.length.rawValue))
      guard part < length, let slack = FreeRun(start: piece.start, length: part) else { continue }
      try giveBack(slack, decoys)
      wanted -= part.rawValue
    }
  }

  /// Gives the file more blocks at its end.
  /// - Returns: false if there are not so many; it may have got some of them.
  private func extend(
    _ file: borrowing Descriptor, by more: ByteCount
  ) throws(Failure) -> Bool {
    let size = try explain(path, "cannot allocate") { () throws(Errno) in try file.status().size }
    return try file.reserve(from: size, length: more.rawValue, path)
  }

  /// Cuts the file down to a part that lies right, if it has one.
  ///
  /// Truncates first: a request that failed half-way can leave blocks past the end of the file,
  /// which no collapse may reach.
  private func cut(
    _ file: borrowing Descriptor, _ volume: borrowing MountedVolume
  ) throws(Failure) -> Bool {
    guard let begin = try volume.layout(of: file, path).begin(ofRun: length, alignment) else {
      return false
    }
    guard let end = try? begin.advanced(by: length) else { throw .tooLarge(path) }
    try explain(path, "cannot allocate") { () throws(Errno) in
      try file.truncate(to: end.rawValue)
      if begin.rawValue > 0 { try file.collapse(from: 0, length: begin.rawValue) }
    }
    return true
  }

  /// Stops the hunt before it takes all the free space, where the file system tells that there
  /// is no such run in what is free or held.
  private func expectRun(
    _ decoys: [Decoy], _ volume: borrowing MountedVolume
  ) throws(Failure) {
    try volume.settle()
    guard volume.freeSpace() != nil else { return }
    let space = space(decoys, volume)
    if space.largest(alignment) < length { throw fragmented(space) }
  }

  /// What would be free without the decoys.
  private func space(_ decoys: [Decoy], _ volume: borrowing MountedVolume) -> FreeSpace {
    FreeSpace((volume.freeSpace()?.runs ?? []) + decoys.flatMap(\.layout.space.runs))
  }

  private func fragmented(_ space: FreeSpace) -> Failure {
    .fragmented(path, length: length, alignment, largest: space.largest(alignment))
  }
}

extension FreeRun {
  /// How many bytes lie between two runs; none if they touch or overlap.
  fileprivate func gap(to other: FreeRun) -> UInt64 {
    if end < other.start { return other.start.rawValue - end.rawValue }
    return other.end < start ? start.rawValue - other.end.rawValue : 0
  }
}
