internal import Iopmem
internal import SystemPackage

/// One run of `iopmem fiemap`: all names are tried, and the worst failure tells the status.
struct MapRun {
  let format: MapFormat
  /// What gives maps the addresses of the client, if one was named.
  let addressing: ClientAddressing?

  /// Maps all names.
  /// - Throws: `ExitCode` with the worst status, once all are tried; `Failure` when the output
  ///   cannot be written or the names cannot be read.
  func map(
    _ names: NameSource, _ mapper: inout some FileMapper & ~Copyable, recursively: Bool
  ) throws {
    var writer = MapWriter.standard(format)
    var segments = SegmentList()
    var tally = Tally()
    var addressing = addressing
    func take(
      _ result: Result<FileMap, Failure>, _ segments: borrowing SegmentList
    ) throws(Failure) {
      let encoder: any MapEncoder
      do throws(Failure) {
        var map = try result.get()
        try addressing?.address(&map)
        encoder = try format.encoder(of: map, segments)
      } catch {
        tally.report(error)
        return
      }
      try writer.write(encoder, segments)
    }
    try writer.begin()
    try names.forEach { (name) throws(Failure) in
      if recursively {
        try mapper.mapTree(name, into: &segments, take)
      } else {
        let result = mapper.outcome(of: name, into: &segments)
        try take(result, segments)
      }
    }
    try writer.finish()
    try tally.finish()
  }
}
