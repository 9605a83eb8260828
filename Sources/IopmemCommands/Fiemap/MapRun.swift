internal import ArgumentParser
internal import Iopmem
internal import SystemPackage

/// One run of `iopmem fiemap`: all names are tried, and the worst failure tells the status.
struct MapRun {
  let format: MapFormat
  /// What gives maps the addresses of the client, if one was named.
  let addressing: ClientAddressing?

  /// Maps all names by one mapper.
  /// - Throws: `ExitCode` with the worst status, once all are tried; `Failure` when the output
  ///   cannot be written or the names cannot be read.
  func map(
    _ names: NameSource, _ mapper: inout some FileMapper & ~Copyable, recursively: Bool
  ) throws {
    var sink = try MapSink(format)
    var segments = SegmentList()
    var addressing = addressing
    func take(
      _ result: Result<FileMap, Failure>, _ segments: borrowing SegmentList
    ) throws(Failure) {
      var map: FileMap
      do throws(Failure) {
        map = try result.get()
        try addressing?.address(&map)
      } catch { return try sink.refuse(error) }
      try sink.write(map, segments)
    }
    var end: Failure?
    do throws(Failure) {
      try names.forEach { (name) throws(Failure) in
        if recursively {
          try mapper.mapTree(name, into: &segments, take)
        } else {
          try take(mapper.outcome(of: name, into: &segments), segments)
        }
      }
    } catch { end = error }
    try sink.finish(end)
  }

  /// Maps all names of mounted file systems, by as many mappers as there are processors.
  /// - Throws: as the other one does.
  func map(
    _ names: NameSource, recursively: Bool, by makeMapper: @escaping () -> MountedFileMapper
  ) throws {
    var crew = MapCrew(try MapSink(format)) { [format, addressing] columns in
      MapWorker(makeMapper(), addressing, format, columns: columns)
    }
    var end: Failure?
    do throws(Failure) {
      try names.forEach { (name) throws(Failure) in
        guard recursively else { return try crew.add(FoundFile(named: name)) }
        var walk = FileWalk(name)
        while let file = walk.next() { try crew.add(file) }
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
      Diagnostics.report(failure)
      var writer = MapWriter.standard(self)
      try writer.begin()
      try writer.write(refused: failure)
      try writer.finish([failure])
      throw ExitCode(failure.code.exitStatus)
    }
  }
}
