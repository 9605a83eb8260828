internal import ArgumentParser
internal import Iopmem
internal import Linux
internal import SystemPackage

/// `iopmem fiemap`: the addresses of files' bytes.
struct FiemapCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    verb: "fiemap",
    abstract: "Print where the bytes of files lie in the BAR, and their bus addresses.",
    discussion: """
      A file is refused when a peer must not be given its addresses: not DAX, unwritten, \
      shared, encrypted, or not to be known. Nothing is then printed for it, and the exit \
      status tells: 0 done, 1 failed, 2 refused, 3 cannot be known, 64 usage.
      """)

  @Argument(help: ArgumentHelp("Files to map.", valueName: "file"))
  var files: [PathArgument] = []

  @Option(
    help: ArgumentHelp(
      "Read an unmounted ext4: files are paths in it. IMG@N is its partition N.", valueName: "img"))
  var image: PathArgument?

  @Option(help: .imageOffset) var imageOffset: SizeArgument?

  @Flag(help: "With --image, refuse files with blocks that other files have too.")
  var checkShared = false

  @Flag(name: [.customShort("r"), .long], help: "Map all regular files below directories.")
  var recursive = false

  @Flag(name: .customLong("stdin0"), help: "Read names from standard input, each ended by NUL.")
  var namesFromInput = false

  @Option(
    name: .customLong("files0-from"),
    help: ArgumentHelp(
      "Read names from FILE, each ended by NUL; - is standard input.",
      valueName: "file"))
  var namesFile: PathArgument?

  @OptionGroup(title: "What to print")
  var output: MapOutputOptions

  @OptionGroup(title: "What the engine can take")
  var engine: EngineOptions

  @OptionGroup(title: "Which bytes")
  var range: MapRangeOptions

  @OptionGroup(title: "Where the device is")
  var window: WindowOptions

  @OptionGroup(title: "For whom the addresses are")
  var client: MapClientOptions

  @Flag(help: "Refuse files that are not pinned, see iopmem-pin(8).")
  var requirePin = false

  @OptionGroup(title: "Checks to pass, each shown in the output")
  var allowance: AllowanceOptions

  func validate() throws {
    if files.isEmpty && !namesFromInput && namesFile == nil {
      throw ValidationError("Name a file, or give --stdin0 or --files0-from.")
    }
    if namesFromInput && namesFile != nil {
      throw ValidationError("--stdin0 and --files0-from exclude each other.")
    }
    try imageOffset.expectImage(image)
    if checkShared && image == nil { throw ValidationError("--check-shared needs --image.") }
    if output.chosen.isForOneFile && (files.count != 1 || recursive || names.list != nil) {
      throw ValidationError("--format \(output.chosen.rawValue) takes one file.")
    }
    if let bits = engine.addressBits, client.client != nil, !(32...64).contains(bits) {
      throw ValidationError("--address-bits is 32 to 64 with --for.")
    }
    if engine.limits != nil && !window.root.isRunningMachine {
      throw ValidationError("--limits asks a controller of the running machine.")
    }
    try engine.format(output.chosen).checkStandardOutput()
  }

  func run() throws {
    let plain = try engine.format(output.chosen)
    let run = try plain.preparing {
      let function = try client.function(in: window.root)
      return MapRun(
        format: try engine.format(output.chosen, for: try engine.controller(for: function)),
        addressing: client.addressing(
          of: function, in: window.root, addressBits: engine.addressBits))
    }
    if let image {
      let mapper = try run.format.preparing {
        try ImageFileMapper(
          image.image(at: imageOffset), windows: window.windows, request: request,
          passing: allowance.doubts,
          checkingShared: checkShared)
      }
      try run.map(names, mapper, recursively: recursive)
    } else {
      let mapper = MountedFileMapper(windows: window.windows, request: request)
      try run.map(names, mapper, recursively: recursive)
    }
  }

  private var names: NameSource {
    NameSource(
      arguments: files.map(\.path), list: namesFromInput ? "-" : namesFile?.path)
  }

  private var request: MapRequest {
    var request = range.request(allowing: allowance)
    request.requiresPin = requirePin
    return request
  }
}
