internal import ArgumentParser

/// The format of the output.
struct MapOutputOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The form of the map; sg and what follows is for programs, see iopmem-sg(5).",
      valueName: "form"))
  var format: MapFormat.Name?

  @Flag(help: "Print one JSON object: schema iopmem.fiemap/1.")
  var json = false

  @Flag(help: "Print comma-separated values, a line a segment.")
  var csv = false

  func validate() throws {
    guard [format != nil, json, csv].count(where: \.self) < 2 else {
      throw ValidationError("--format, --json and --csv exclude each other.")
    }
  }

  /// The format asked for.
  var chosen: MapFormat.Name { format ?? (json ? .json : csv ? .csv : .table) }
}
