internal import ArgumentParser
internal import Iopmem

/// Where the maps of one run go, in order: to standard output, and what failed to standard error.
struct MapSink: ~Copyable {
  private let format: MapFormat
  private var writer: MapWriter
  private var tally: Tally
  /// Whether standard output takes nothing any more, which is told by then.
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
  /// - Throws: `ExitCode` with the worst status.
  mutating func finish(_ end: Failure?) throws {
    if let end { tally.report(end) }
    if !hasFailed {
      do throws(Failure) {
        if let end { try writer.write(refused: end) }
        try writer.finish(tally.failures)
      } catch { tally.report(error) }
    }
    try tally.finish()
  }

  private mutating func writing(
    _ body: (inout MapWriter) throws(Failure) -> Void
  ) throws(Failure) {
    do { try body(&writer) } catch {
      hasFailed = true
      tally.report(error)
      throw error
    }
  }
}
