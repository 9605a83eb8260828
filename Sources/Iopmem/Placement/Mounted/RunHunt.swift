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
    for _ in 1...Self.rounds {
      if let file = try hunt(volume) { return file }
    }
    throw Failure(
      .failed, path,
      "the file system does not give out a run of \(length.rawValue) bytes, though one is free",
      remedy: "try again, or place it into the unmounted file system with --image")
  }

  /// - Returns: nil if others took what was given back.
  private func hunt(_ volume: borrowing MountedVolume) throws(Failure) -> Descriptor? {
    var decoys: [Decoy] = []
    var isFull = false
    while !isFull, decoys.count < Self.mostDecoys, let file = try volume.makeSpareFile() {
      for more in [length, ByteCount(alignment.unit.rawValue - volume.blockSize.rawValue)] {
        guard more > .zero, !isFull else { continue }
        isFull = try !extend(file, by: more)
        if try cut(file, volume) { return file }
      }
      if !isFull, decoys.count > Self.modestDecoys {
        let size = try explain(path, "cannot read") { () throws(Errno) in try file.status().size }
        isFull = try !extend(file, by: ByteCount(size / length.rawValue * length.rawValue))
      }
      let layout = try layout(file, volume)
      decoys.append(Decoy(file, layout))
      if decoys.count == 1 { try expectRun(decoys, volume) }
    }
    return try assemble(from: decoys, volume)
  }

  /// Gives back one run that decoys hold and lets a new file have it, a part at a time.
  private func assemble(
    from decoys: [Decoy], _ volume: borrowing MountedVolume
  ) throws(Failure) -> Descriptor? {
    var space = space(decoys, volume)
    guard let run = space.take(length, alignment) else { throw fragmented(space) }
    try makeSlack(beside: run, decoys, volume)
    var parts = run.parts(ofGroups: volume.blockSize)[...]
    guard let first = parts.popFirst() else { return nil }
    try giveBack(first, decoys)
    guard let file = try makeFile(at: first, volume) else { return nil }
    // From here on the allocator looks first where the file ends.
    for part in parts {
      try giveBack(part, decoys)
      guard try extend(file, by: part.length) else { return nil }
    }
    guard try cut(file, volume) else { return nil }
    return file
  }

  /// Makes a file of one free run. A short one may have rivals: those are taken and held too.
  private func makeFile(
    at run: FreeRun, _ volume: borrowing MountedVolume
  ) throws(Failure) -> Descriptor? {
    var rivals: [Decoy] = []
    while rivals.count < Self.modestDecoys, let file = try volume.makeSpareFile() {
      guard try extend(file, by: run.length) else { return nil }
      let layout = try layout(file, volume)
      if layout.runs.count == 1, layout.runs.first?.physical == run.start { return file }
      rivals.append(Decoy(file, layout))
    }
    return nil
  }

  private func giveBack(_ run: FreeRun, _ decoys: [Decoy]) throws(Failure) {
    try explain(path, "cannot allocate") { () throws(Errno) in
      for decoy in decoys { try decoy.giveBack(run) }
    }
  }

  /// Gives back some blocks elsewhere, the shortest pieces, which hold nothing that is looked for:
  /// the file system keeps records of what is given back, which would go into the run itself.
  private func makeSlack(
    beside run: FreeRun, _ decoys: [Decoy], _ volume: borrowing MountedVolume
  ) throws(Failure) {
    var wanted = Self.slackBlocks * volume.blockSize.rawValue
    let pieces = decoys.flatMap(\.layout.space.runs).sorted { $0.length < $1.length }
    for piece in pieces where wanted > 0 && piece.length < length {
      guard piece.end < run.start || run.end < piece.start else { continue }
      try giveBack(piece, decoys)
      wanted -= min(wanted, piece.length.rawValue)
    }
  }

  /// Gives the file more blocks at its end.
  /// - Returns: false if there are not so many; it may have got some of them.
  private func extend(
    _ file: borrowing Descriptor, by more: ByteCount
  ) throws(Failure) -> Bool {
    if Interruption.signal != nil { throw .interrupted() }
    do {
      try file.allocate(from: try file.status().size, length: more.rawValue)
      return true
    } catch {
      guard error == .noSpace else { throw Failure(error, path, "cannot allocate") }
      return false
    }
  }

  /// Cuts the file down to a part that lies right, if it has one.
  ///
  /// Truncates first: a request that failed half-way can leave blocks past the end of the file,
  /// which no collapse may reach.
  private func cut(
    _ file: borrowing Descriptor, _ volume: borrowing MountedVolume
  ) throws(Failure) -> Bool {
    guard let begin = try layout(file, volume).begin(ofRun: length, alignment) else {
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
