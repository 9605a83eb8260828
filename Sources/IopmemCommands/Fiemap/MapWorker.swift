internal import Iopmem
internal import SystemPackage

/// Maps some of a run's files and encodes their maps, while other workers do so with the next ones.
final class MapWorker<Mapper: FileMapper & ~Copyable> {
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
  private var mapper: Mapper
  private var addressing: ClientAddressing?
  private var writer: MapWriter

  /// Memory stays flat: longer maps are encoded while they are written,
  private static var longest: Int { 1024 }
  /// and who has gathered so much waits until it is written.
  private static var mostBytes: Int { 4 << 20 }

  init(
    _ mapper: consuming Mapper, _ addressing: ClientAddressing?, _ format: MapFormat, columns: Int?
  ) {
    self.mapper = mapper
    self.addressing = addressing
    self.format = format
    writer = .memory(format, columns: columns)
  }

  /// A worker for another thread; nil where there can be none.
  func another() -> MapWorker? {
    guard let mapper = mapper.another() else { return nil }
    return MapWorker(mapper, addressing, format, columns: writer.columns)
  }

  /// A walk that begins at a directory or a file.
  func walk(_ path: FilePath) -> Mapper.Walk { mapper.walk(path) }

  /// The next file of a walk; nil after the last.
  func next(of walk: inout Mapper.Walk) -> Mapper.File? { mapper.next(of: &walk) }

  /// The maps that have gathered.
  var gathered: [UInt8] { writer.gathered }

  /// Maps files, from the first one on, as many as there is memory for; at least one.
  func map(_ files: ArraySlice<Mapper.File>) {
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

  private func map(_ file: Mapper.File) throws(Failure) -> Outcome {
    var map = try mapper.outcome(of: file, into: &segments).get()
    try addressing?.address(&map)
    guard segments.count <= Self.longest else { return .long(map) }
    let encoder = try format.encoder(of: map, segments)
    try encoder.encode(segments, to: &writer)
    return .gathered(end: writer.gathered.count)
  }
}
