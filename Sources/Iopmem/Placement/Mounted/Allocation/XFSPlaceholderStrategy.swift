internal import Linux
internal import SystemPackage

/// Searches XFS, which keeps a reserve that no file can hold, and puts its records of released
/// blocks into the same allocation group.
struct XFSPlaceholderStrategy: PlaceholderStrategy {
  /// Whether files get whole units of their directory's extent size, 2 MiB by mkfs.iopmem: right
  /// for files that are a multiple of it.
  let keepsUnits: Bool

  func makeFile(
    _ path: FilePath, on volume: borrowing MountedVolume
  ) throws(Failure) -> Descriptor? {
    guard let file = try volume.makeSpareFile() else { return nil }
    if !keepsUnits {
      try explain(path, "cannot allocate") { () throws(Errno) in try file.clearExtentSize() }
    }
    return file
  }

  /// Holds the rest in ever shorter pieces: XFS gives a request nothing if it cannot give all, and
  /// what is left may touch the run that is wanted.
  func holdRemainder(
    _ request: RunRequest, on volume: borrowing MountedVolume
  ) throws(Failure) -> PlaceholderFile? {
    let path = request.path
    guard let file = try XFSPlaceholderStrategy(keepsUnits: false).makeFile(path, on: volume)
    else { return nil }
    let block = volume.blockSize.rawValue
    var end: UInt64 = 0
    var piece = request.length.rawValue
    while piece >= block {
      if try file.reserve(from: end, length: piece, path) {
        end += piece
      } else {
        piece = piece / 2 / block * block
      }
    }
    let layout = try volume.layout(of: file, path)
    return PlaceholderFile(file, layout)
  }

  /// The reserve may touch the wanted run, and XFS allocates from where the free run begins.
  func allocation(for wanted: FreeRun, in space: FreeSpace) -> FreeRun {
    guard !keepsUnits, let whole = space.run(holding: wanted.start),
      let length = try? wanted.end.distance(from: whole.start)
    else { return wanted }
    return FreeRun(start: whole.start, length: length) ?? wanted
  }

  /// Gives the file a block behind the run: XFS begins what comes last in a file at a multiple of
  /// its stripe, so that the front of the run would be left; what lies before another block is put
  /// anywhere.
  func prepare(
    _ file: borrowing Descriptor, for run: FreeRun, _ request: RunRequest,
    on volume: borrowing MountedVolume
  ) throws(Failure) {
    if keepsUnits { return }
    guard let mark = try? run.length.adding(volume.blockSize) else {
      throw .tooLarge(request.path)
    }
    _ = try file.reserve(
      from: mark.rawValue, length: volume.blockSize.rawValue, request.path)
  }

  func slackPrecedes(_ one: FreeRun, _ other: FreeRun, beside run: FreeRun) -> Bool {
    one.gap(to: run) < other.gap(to: run)
  }
}
