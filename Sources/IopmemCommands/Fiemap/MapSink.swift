internal import ArgumentParser
internal import Iopmem

/// Where the maps of one run go, in order: to standard output, and what failed to standard error.
struct MapSink: ~Copyable {
  private let format: MapFormat
  private var writer: MapWriter
  private var tally: Tally
  /// Whether standard output takes nothing any more.
  private(set) var hasFailed = false

  /// How many columns a line has; nil where lines may have any length.
  var columns: Int? { writer.columns }

  /// Begins the output.
  init(_ format: MapFormat) throws(Failure) {
    self.format = format
    writer = .standard(format)
    tally = Tally(keeps: format.isJSON)
    try writer.begin()
  }

  /// Writes a map.
  mutating func write(
    _ map: FileMap, _ segments: borrowing SegmentList
  ) throws(Failure) {
    let encoder: any MapEncoder
    do { encoder = try format.encoder(of: map, segments) } catch { return try refuse(error) }
    try writing { (writer) throws(Failure) in try writer.write(encoder, segments) }
  }

  /// Writes a map that another writer has gathered.
  mutating func write(gathered map: ArraySlice<UInt8>) throws(Failure) {
    try writing { (writer) throws(Failure) in try writer.write(gathered: map) }
  }

  /// Reports what has no map.
  mutating func refuse(_ failure: Failure) throws(Failure) {
    tally.report(failure)
    try writing { (writer) throws(Failure) in try writer.write(refused: failure) }
  }

  /// Ends the output.
  /// - Parameter end: what ended the run before all files were tried.
  /// - Throws: `ExitCode` with the worst status, `Failure` when the output cannot be written, and the
  ///   end where the format tells nothing of failures.
  mutating func finish(_ end: Failure?) throws {
    if let end {
      if hasFailed { throw end }
      guard format.tellsFailures else {
        try writer.finish()
        throw end
      }
      try refuse(end)
    }
    try writer.finish(tally.failures)
    try tally.finish()
  }

  private mutating func writing(
    _ body: (inout MapWriter) throws(Failure) -> Void
  ) throws(Failure) {
    do { try body(&writer) } catch {
      hasFailed = true
      throw error
    }
  }
}
