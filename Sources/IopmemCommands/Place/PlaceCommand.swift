internal import ArgumentParser
internal import Iopmem
internal import Linux
internal import SystemPackage

/// `iopmem place`, also called `iopmem-place`.
struct PlaceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "place",
    abstract: "Copy files so that their bytes lie together, aligned, and are really there.",
    usage: """
      iopmem place [<options>] <source> ... <dest>
      iopmem place [<options>] --size <n> <dest>
      iopmem place [<options>] --image <img> <source> ... <path>
      """,
    discussion: """
      A placed file is one run of the device, aligned in the BAR, with every block written, and \
      has its name only once it is whole. Where that cannot be had, nothing is changed.
      """)

  /// What `place` promises of where a file lies.
  enum Layout: String, EnumerableFlag {
    case contiguous, allowFragments

    static func help(for value: Layout) -> ArgumentHelp? {
      switch value {
      case .contiguous: "Files lie in one aligned run, or are not placed."
      case .allowFragments: "Files may lie in several runs, anywhere."
      }
    }
  }

  @Option(
    help: ArgumentHelp(
      "Place into the unmounted ext4 file system in an image or on a device.", valueName: "img"))
  var image: PathArgument?

  @Option(
    help: ArgumentHelp("Make a buffer of N zero bytes instead of copying.", valueName: "n"))
  var size: SizeArgument?

  @Flag var layout = Layout.contiguous

  @Option(
    help: ArgumentHelp(
      "Begin files of at least N bytes at a multiple of N in the BAR; 2M.", valueName: "n"))
  var align: SizeArgument?

  @Flag(name: .shortAndLong, help: "Keep permission bits, owner and times.")
  var preserve = false

  @Flag(name: .shortAndLong, help: "Replace files that exist.")
  var force = false

  @Flag(help: "Pin the files, see iopmem-pin(8).")
  var pin = false

  @Flag(help: "Pin files that are not DAX.")
  var noDaxCheck = false

  @Flag(help: "Place on a device that no BAR holds; offsets are then the disk's.")
  var noBar = false

  @Flag(name: .shortAndLong, help: "Print nothing but errors.")
  var quiet = false

  @Flag(help: "Print JSON.")
  var json = false

  @OptionGroup var window: WindowOptions

  @Argument(help: ArgumentHelp("What to place, and last where to.", valueName: "path"))
  var paths: [PathArgument] = []

  func validate() throws {
    guard size == nil || paths.count == 1 else {
      throw ValidationError("With '--size' there is one <path>: the buffer's name.")
    }
    guard size != nil || paths.count >= 2 else {
      throw ValidationError("Name a <source> and a <dest>.")
    }
    try SourceDate.validate()
    guard pin || !noDaxCheck else { throw ValidationError("'--no-dax-check' needs '--pin'.") }
    guard !noBar || !pin && window.base == nil && window.bar == nil else {
      throw ValidationError("'--no-bar' excludes '--pin', '--base' and '--bar'.")
    }
    guard align?.count.isPowerOfTwo ?? true else {
      throw ValidationError("The value of '--align' is a power of two.")
    }
  }

  func run() throws {
    let request = PlacementRequest(
      sources: size.map { .buffer($0.count) } ?? .files(paths.dropLast().map(\.path)),
      destination: paths.last?.path ?? FilePath(),
      namesDirectory: paths.last?.endsInSlash ?? false,
      options: PlacementOptions(
        allowsFragments: layout == .allowFragments, alignment: align?.count ?? .pmd,
        replaces: force, preserves: preserve, pins: pin, pinsOnlyDAX: !noDaxCheck,
        imageTime: SourceDate.time, needsBar: !noBar))
    Interruption.hold()
    // Once the files have their names, a signal comes too late.
    defer { Interruption.forget() }
    do throws(Failure) { try report(place(request)) } catch {
      Interruption.obey(after: error)
      throw error
    }
  }

  private func place(_ request: PlacementRequest) throws(Failure) -> [PlacedFile] {
    let line = ProgressLine()
    defer { line.end() }
    guard let image else {
      return try MountedPlacement(
        request, windows: window.windows, progress: line.show
      ).run()
    }
    return try ImagePlacement(
      image.path, request, windows: window.windows, progress: line.show
    ).run()
  }

  private func report(_ files: [PlacedFile]) throws(Failure) {
    do throws(Errno) {
      if json {
        try PlacementReport(image: image?.path, isInBar: !noBar, files: files).writeJSON()
      } else if !quiet {
        try PlacementReport(image: image?.path, isInBar: !noBar, files: files).writeText()
      }
    } catch {
      var failure = Failure.standardOutput(error)
      failure.reason = "everything is placed, but standard output cannot be written"
      failure.leavesResult = true
      throw failure
    }
  }
}
