internal import ArgumentParser
internal import Iopmem
internal import SystemPackage

/// One run of `iopmem fiemap`: all names are tried, and the worst failure tells the status.
struct MapRun {
  let renderer: any MapRenderer
  /// The client that the addresses are for.
  let client: MapClient?

  /// Maps all names.
  /// - Throws: `ExitCode` with the worst status, once all are tried; `Failure` when the output
  ///   cannot be written or the names cannot be read.
  func map(
    _ names: NameSource, _ mapper: inout some FileMapper & ~Copyable, recursively: Bool
  ) throws {
    var segments = SegmentList()
    var worst: Failure.Code?
    var client = client
    func take(
      _ result: Result<FileMap, Failure>, _ segments: borrowing SegmentList
    ) throws(Failure) {
      let addressed = result.flatMap { map in
        Result { () throws(Failure) in
          var map = map
          try client?.address(&map)
          return map
        }
      }
      switch addressed {
      case .success(let map): try renderer.write(map, segments)
      case .failure(let failure):
        Diagnostics.report(failure)
        worst = max(worst ?? failure.code, failure.code)
      }
    }
    try renderer.begin()
    try names.forEach { (name) throws(Failure) in
      if recursively {
        try mapper.mapTree(name, into: &segments, take)
      } else {
        let result = mapper.outcome(of: name, into: &segments)
        try take(result, segments)
      }
    }
    try renderer.finish()
    if let worst { throw ExitCode(worst.exitStatus) }
  }
}
