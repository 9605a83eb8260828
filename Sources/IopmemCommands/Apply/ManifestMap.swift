internal import ArgumentParser
internal import Iopmem
internal import Linux
internal import SystemPackage

/// Writes the maps of a manifest: all their files, or none.
struct ManifestMap {
  let format: MapFormat
  let client: Client?

  /// Maps the files to a descriptor.
  func write(_ subject: borrowing DeployedMap.Subject, to descriptor: Int32) throws(Failure) {
    var mapper = MountedFileMapper(
      windows: subject.windows, request: MapRequest(requiresDAX: subject.requiresDAX))
    var addressing = client.map {
      ClientAddressing(for: $0, iovaBase: nil, in: subject.windows.root)
    }
    var writer = MapWriter(format, to: Output(to: descriptor), named: "a map")
    var segments = SegmentList()
    try writer.begin()
    for file in subject.files {
      mapper.request.requiresPin = file.isPinned
      var map = try mapper.map(subject.open(file), named: file.path, into: &segments)
      try addressing?.address(&map)
      try writer.write(try format.encoder(of: map, segments), segments)
    }
    try writer.finish()
  }
}
