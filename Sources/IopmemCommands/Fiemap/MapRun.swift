internal import ArgumentParser
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
    var tally = Tally(keeps: format.isJSON)
    var hasOutputFailed = false
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
        do throws(Failure) { try writer.write(refused: error) } catch {
          hasOutputFailed = true
          throw error
        }
        return
      }
      do throws(Failure) { try writer.write(encoder, segments) } catch {
        hasOutputFailed = true
        throw error
      }
    }
    try writer.begin()
    do throws(Failure) {
      try names.forEach { (name) throws(Failure) in
        if recursively {
          try mapper.mapTree(name, into: &segments, take)
        } else {
          let result = mapper.outcome(of: name, into: &segments)
          try take(result, segments)
        }
      }
    } catch {
      guard format.tellsFailures, !hasOutputFailed else { throw error }
      tally.report(error)
      try writer.write(refused: error)
    }
    try writer.finish(tally.failures)
    try tally.finish()
  }
}

extension MapFormat {
  /// Does what comes before all maps, and answers programs if it fails.
  /// - Throws: `ExitCode` for a failure that is told by then, else what the body throws.
  func preparing<T: ~Copyable>(_ body: () throws -> T) throws -> T {
    do { return try body() } catch let failure as Failure {
      guard tellsFailures else { throw failure }
      Diagnostics.report(failure)
      var writer = MapWriter.standard(self)
      try writer.begin()
      try writer.write(refused: failure)
      try writer.finish([failure])
      throw ExitCode(failure.code.exitStatus)
    }
  }
}
