internal import ArgumentParser
internal import Iopmem
internal import Linux
internal import SystemPackage

/// `iopmem map`: what lies where, as a picture.
struct MapCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    verb: "map",
    abstract: "Show what lies where in a BAR: files, free space, the file system's own.",
    discussion: """
      Without DEVICE: every iopmem device and pmem namespace with a file system. A cell stands \
      for what most of its bytes hold; the table below it is exact. For addresses to hand to an \
      engine, see iopmem-fiemap(8).
      """)

  @Flag(help: "Write JSON: schema iopmem.map/1.")
  var json = false

  @Flag(help: "Draw an SVG picture.")
  var svg = false

  @Flag(help: "Write an HTML page with the picture, to point at and to search.")
  var html = false

  @Flag(name: .shortAndLong, help: "Print sizes in bytes.")
  var bytes = false

  @Argument(
    help: ArgumentHelp(
      "Block devices, images (IMG@N is a partition), or directories of mounts.",
      valueName: "device"), completion: .devicesAndFiles)
  var devices: [PathArgument] = []

  @Option(help: .imageOffset) var imageOffset: SizeArgument?

  func validate() throws {
    if [json, svg, html].filter({ $0 }).count > 1 {
      throw ValidationError("--json, --svg and --html exclude each other.")
    }
    if (svg || html) && devices.count != 1 {
      throw ValidationError("--svg and --html draw one device: name it.")
    }
    if imageOffset != nil && devices.count != 1 {
      throw ValidationError("--image-offset is in one image: name it.")
    }
  }

  func run() throws {
    var failures: [Failure] = []
    var found: [Occupancy] = []
    let source = OccupancySource()
    var named = devices.map { $0.image(at: imageOffset) }
    if named.isEmpty {
      do throws(Failure) { named = try source.memoryDevices().map { ImageName($0) } } catch {
        guard json else { throw error }
        failures.append(error)
      }
    }
    for device in named {
      do throws(Failure) {
        found.append(try source.occupancy(of: device))
      } catch { failures.append(error) }
    }
    failures += found.flatMap(\.problems)
    var tally = Tally()
    tally.attempt { () throws(Failure) in try write(found, failures) }
    for failure in failures { tally.report(failure) }
    try tally.finish()
  }

  private func write(_ found: [Occupancy], _ failures: [Failure]) throws(Failure) {
    if json { return try found.writeJSON(failures) }
    try toStandardOutput { () throws(Errno) in
      var output = Output.standard()
      for (index, occupancy) in found.enumerated() {
        if index > 0 { try output.write("\n") }
        try output.write(text(of: occupancy))
      }
      try output.flush()
    }
  }

  private func text(of occupancy: Occupancy) -> String {
    if svg { return occupancy.svg }
    if html { return occupancy.html }
    return OccupancyText(occupancy, Terminal.standardOutput, exact: bytes).text
  }
}
