internal import Iopmem

/// Maps some of a run's files and encodes their maps, while other workers do so with the next ones.
final class MapWorker {
  /// What became of a file.
  enum Outcome {
    /// Its map has gathered, up to this place.
    case gathered(end: Int)
    /// It has no map.
    case refused(Failure)
    /// Its map is too long to be gathered. It is the last one; `segments` are its own.
    case long(FileMap)
  }

  /// What became of the files that were mapped last, in their order.
  private(set) var outcomes: [Outcome] = []
  /// The segments of the last file.
  private(set) var segments = SegmentList()
  private let format: MapFormat
  private var mapper: MountedFileMapper
  private var addressing: ClientAddressing?
  private var writer: MapWriter

  /// Memory stays flat: longer maps are encoded while they are written,
  private static let longest = 1024
  /// and who has gathered so much waits until it is written.
  private static let mostBytes = 4 << 20

  init(
    _ mapper: consuming MountedFileMapper, _ addressing: ClientAddressing?, _ format: MapFormat,
    columns: Int?
  ) {
    self.mapper = mapper
    self.addressing = addressing
    self.format = format
    writer = .memory(format, columns: columns)
  }

  /// The maps that have gathered.
  var gathered: [UInt8] { writer.gathered }

  /// Maps files, from the first one on, as many as there is memory for; at least one.
  func map(_ files: ArraySlice<FoundFile>) {
    outcomes.removeAll(keepingCapacity: true)
    writer.discard()
    for file in files {
      let outcome: Outcome
      do throws(Failure) { outcome = try map(file) } catch { outcome = .refused(error) }
      outcomes.append(outcome)
      if case .long = outcome { return }
      if writer.gathered.count > Self.mostBytes { return }
    }
  }

  private func map(_ file: FoundFile) throws(Failure) -> Outcome {
    var map = try mapper.outcome(of: file, into: &segments).get()
    try addressing?.address(&map)
    guard segments.count <= Self.longest else { return .long(map) }
    let encoder = try format.encoder(of: map, segments)
    try encoder.encode(segments, to: &writer)
    return .gathered(end: writer.gathered.count)
  }
}
