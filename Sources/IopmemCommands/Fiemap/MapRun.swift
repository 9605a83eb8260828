internal import ArgumentParser
internal import Iopmem
internal import SystemPackage

/// One run of `iopmem fiemap`: all names are tried, and the worst failure tells the status.
struct MapRun {
  let format: MapFormat
  /// What gives maps the addresses of the client, if one was named.
  let addressing: ClientAddressing?

  /// Maps all names, by as many mappers as there are processors and work for.
  /// - Throws: `ExitCode` with the worst status, once all are tried, or no more can be: the output
  ///   cannot be written, or the names not be read.
  func map<Mapper: FileMapper & ~Copyable>(
    _ names: NameSource, _ mapper: consuming Mapper, recursively: Bool
  ) throws {
    var crew = MapCrew(try MapSink(format), mapper, addressing, format)
    var end: Failure?
    do throws(Failure) {
      try names.forEach { (name) throws(Failure) in
        if recursively {
          try crew.add(tree: name)
        } else {
          try crew.add(Mapper.File(named: name))
        }
      }
    } catch { end = error }
    try crew.finish(end)
  }
}

extension MapFormat {
  /// Does what comes before all maps, and answers programs if it fails.
  /// - Throws: `ExitCode` for a failure that is told by then, else what the body throws.
  func preparing<T: ~Copyable>(_ body: () throws -> T) throws -> T {
    do { return try body() } catch let failure as Failure {
      guard tellsFailures else { throw failure }
      throw told(failure) { () throws(Failure) in
        var writer = MapWriter.standard(self)
        try writer.begin()
        try writer.write(refused: failure)
        try writer.finish([failure])
      }
    }
  }
}
