internal import ArgumentParser
internal import Iopmem
internal import Linux
internal import SystemPackage

/// Writes the maps of a manifest: all their files, or none.
struct ManifestMap {
  let format: MapFormat
  let client: NamedClient?

  /// Writes the maps of files to a descriptor.
  func write(
    _ mapping: DeployedMap.Mapping, _ machine: SystemRoot, to descriptor: Int32
  ) throws(Failure) {
    var addressing = try client?.client(in: machine).addressing(in: machine)
    var writer = MapWriter(format, to: Output(to: descriptor), named: "a map")
    try writer.begin()
    try mapping { (map, segments) throws(Failure) in
      try addressing?.address(&map)
      try writer.write(try format.encoder(of: map, segments), segments)
    }
    try writer.finish()
  }
}

extension Client {
  fileprivate func addressing(in machine: SystemRoot) -> ClientAddressing {
    ClientAddressing(for: self, iovaBase: nil, in: machine)
  }
}
