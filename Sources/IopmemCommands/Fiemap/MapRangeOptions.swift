internal import ArgumentParser
internal import Iopmem

/// Which part of each file is mapped.
struct MapRangeOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Begin at this byte of each file.", valueName: "bytes"))
  var offset: SizeArgument?

  @Option(help: ArgumentHelp("Map this many bytes at most.", valueName: "bytes"))
  var length: SizeArgument?

  @Flag(help: "Print whole blocks instead of the exact bytes.")
  var blockGranular = false

  /// Whether any option was given.
  var isGiven: Bool { offset != nil || length != nil || blockGranular }

  /// Makes the request for this part of a file.
  func request(allowing allowance: AllowanceOptions) -> MapRequest {
    MapRequest(
      offset: FileOffset(offset?.count.rawValue ?? 0), length: length?.count,
      wholeBlocks: blockGranular, allowed: allowance.hazards, requiresDAX: !allowance.noDaxCheck)
  }
}
