internal import ArgumentParser
internal import Iopmem
internal import Linux
internal import SystemPackage

/// `iopmem place`, also called `iopmem-place`.
struct PlaceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    verb: "place",
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
      "Place into the unmounted ext4 in an image or on a device. IMG@N is its partition N.",
      valueName: "img"))
  var image: PathArgument?

  @Option(help: .imageOffset) var imageOffset: SizeArgument?

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

  @Flag(help: "Leave files alone that are as they would be placed, and replace those that differ.")
  var update = false

  @Flag(help: "Pin the files, see iopmem-pin(8).")
  var pin = false

  @Flag(help: "Pin files that are not DAX.")
  var noDaxCheck = false

  @Flag(help: "Place on a device that no BAR holds; offsets are then the disk's.")
  var noBar = false

  @Flag(name: .shortAndLong, help: "Print nothing but errors.")
  var quiet = false

  @Flag(name: .shortAndLong, help: "Print sizes in bytes.")
  var bytes = false

  @Flag(help: "Print JSON.")
  var json = false

  @OptionGroup var window: WindowOptions

  @Argument(help: ArgumentHelp("What to place, and last where to.", valueName: "path"))
  var paths: [PathArgument] = []

  func validate() throws {
    guard size == nil || paths.count == 1 else {
      throw ValidationError("With --size there is one <path>: the buffer's name.")
    }
    guard size != nil || paths.count >= 2 else {
      throw ValidationError("Name a <source> and a <dest>.")
    }
    try SourceDate.validate()
    try imageOffset.expectImage(image)
    guard pin || !noDaxCheck else { throw ValidationError("--no-dax-check needs --pin.") }
    guard !noBar || !pin && window.base == nil && window.bar == nil else {
      throw ValidationError("--no-bar excludes --pin, --base and --bar.")
    }
    guard !update || image == nil else {
      throw ValidationError("--update is for mounted file systems; iopmem apply updates images.")
    }
    guard !update || !force && !preserve && layout == .contiguous else {
      throw ValidationError("--update excludes --force, --preserve and --allow-fragments.")
    }
    guard align?.count.isPowerOfTwo ?? true else {
      throw ValidationError("--align is a power of two.")
    }
  }

  func run() throws {
    Interruption.hold()
    // Once the files have their names, a signal comes too late.
    defer { Interruption.forget() }
    let outcome = placed()
    if let failure = outcome.failure, outcome.files.isEmpty { Interruption.obey(after: failure) }
    var tally = Tally()
    if let failure = outcome.failure { tally.report(failure) }
    tally.attempt { () throws(Failure) in
      try telling(outcome.done) { () throws(Failure) in try write(outcome) }
    }
    try tally.finish()
  }

  private func write(_ outcome: PlacementReport.Outcome) throws(Failure) {
    let report = PlacementReport(
      image: image?.path, isInBar: !noBar, tellsStates: update, isExact: bytes, outcome: outcome)
    try toStandardOutput { () throws(Errno) in
      if json {
        try report.writeJSON()
      } else if !quiet, !outcome.files.isEmpty || outcome.failure == nil {
        try report.writeText()
      }
    }
  }

  private var request: PlacementRequest {
    PlacementRequest(
      sources: size.map { .buffer($0.count) } ?? .files(paths.dropLast().map(\.path)),
      destination: paths.last?.path ?? FilePath(),
      namesDirectory: paths.last?.endsInSlash ?? false,
      options: PlacementOptions(
        allowsFragments: layout == .allowFragments, alignment: align?.count ?? .pmd,
        replaces: force, preserves: preserve, pins: pin, pinsOnlyDAX: !noDaxCheck,
        imageTime: SourceDate.time, needsBar: !noBar))
  }

  private func placed() -> PlacementReport.Outcome {
    if update {
      let outcome = MountedUpdate(request, windows: window.windows).run()
      return .init(
        files: outcome.files.map { .init(placed: $0.placed, state: $0.state) },
        failure: outcome.failure)
    }
    let line = ProgressLine()
    defer { line.end() }
    do throws(Failure) {
      let files =
        if let image {
          try ImagePlacement(
            image.image(at: imageOffset), request, windows: window.windows, progress: line.show
          ).run()
        } else {
          try MountedPlacement(request, windows: window.windows, progress: line.show).run()
        }
      return .init(files: files.map { .init(placed: $0, state: .created) }, failure: nil)
    } catch { return .init(files: [], failure: error) }
  }
}
