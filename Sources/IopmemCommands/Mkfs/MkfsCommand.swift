internal import ArgumentParser
internal import Iopmem
internal import Linux
internal import SystemPackage

/// `iopmem mkfs`, `mkfs.iopmem`: makes the file system.
struct MkfsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    verb: "mkfs",
    abstract: "Make a file system for DAX that leaves one contiguous, aligned region for data.",
    discussion: """
      What holds data, and what is mounted, held, locked or read-only is refused, and what was \
      found is said. What was made is read back and verified before success is reported.
      """,
    version: Version.notice)

  @Argument(
    help: ArgumentHelp(
      "Block device or image file; IMAGE@N is partition N of an image.", valueName: "device"),
    completion: .devicesAndFiles)
  var device: PathArgument

  @Option(
    name: [.customShort("t", allowingJoined: true), .long], help: "Type of file system.")
  var type = TypeArgument(.ext4)

  @Option(
    name: [.customShort("L", allowingJoined: true), .long],
    help: ArgumentHelp("Label: up to 16 bytes for ext4, 12 for xfs.", valueName: "text"))
  var label: String?

  @Option(
    name: [.customShort("U", allowingJoined: true), .long],
    help: ArgumentHelp("UUID; default random.", valueName: "uuid")
  )
  var uuid: UUIDArgument?

  @Option(
    help: ArgumentHelp(
      "Length of the journal, or none; default the smallest that is safe.", valueName: "size"))
  var journal: JournalArgument?

  @Option(help: ArgumentHelp("Number of inodes of ext4; default one a MiB.", valueName: "number"))
  var inodes: UInt64?

  @Option(help: ArgumentHelp("Alignment of large files; default 2M.", valueName: "size"))
  var align: SizeArgument?

  @Option(help: ArgumentHelp("Make the image file, this long.", valueName: "size"))
  var size: SizeArgument?

  @Option(help: .imageOffset) var imageOffset: SizeArgument?

  @Option(
    help: ArgumentHelp(
      "With --image-offset: how long the file system may be; default to the image's end.",
      valueName: "size"))
  var imageLength: SizeArgument?

  @Option(
    help: ArgumentHelp(
      "Lock the device: yes waits for it, nonblock does not, no does without; default 10 s.",
      valueName: "mode"))
  var lock: LockArgument?

  @Flag(name: .shortAndLong, help: "Overwrite what the device holds. Not what is in use.")
  var force = false

  @Flag(
    help: "Make it only on a blank device, and leave alone what is as asked for; refuse all else.")
  var ifBlank = false

  @Flag(
    name: [.customShort("n"), .long],
    help: "Print the command that would be run; check, and change nothing.")
  var dryRun = false

  @Flag(name: .shortAndLong, help: "Print nothing but errors.")
  var quiet = false

  @Flag(
    name: [.customShort("V"), .long],
    help: "Print the command that is run, and what it says, to standard error.")
  var verbose = false

  @Flag(help: "Print sizes in bytes.")
  var bytes = false

  @Flag(help: "Print one JSON object: schema iopmem.mkfs/1.")
  var json = false

  @Argument(
    parsing: .postTerminator,
    help: ArgumentHelp("Arguments for mke2fs or mkfs.xfs, after --.", valueName: "extra"))
  var extra: [String] = []

  func validate() throws {
    if let align, !FormatPlan.takes(alignment: align.count) {
      throw ValidationError("--align is a power of two from 4K to 1G.")
    }
    if quiet && verbose { throw ValidationError("--quiet and --verbose exclude each other.") }
    try SourceDate.validate()
    if chosenLock == nil {
      throw ValidationError("LOCK_BLOCK_DEVICE is none of yes, no and nonblock.")
    }
    if ifBlank && force { throw ValidationError("--if-blank and --force exclude each other.") }
    if ifBlank && !extra.isEmpty {
      throw ValidationError(
        "--if-blank takes no arguments after --: nothing tells what was made with them.")
    }
    if imageLength != nil && imageOffset == nil {
      throw ValidationError("--image-length needs --image-offset.")
    }
    if quiet && json { throw ValidationError("--quiet and --json exclude each other.") }
  }

  func run() async throws {
    let report = MkfsReport(isJSON: json, isQuiet: quiet, isExact: bytes)
    let progress = Progress()
    if !dryRun { Interruption.hold() }
    do throws(Failure) {
      if dryRun { try plan(report, progress) } else { try await make(report, progress) }
    } catch {
      if !dryRun { Interruption.obey(after: error) }
      guard json, !progress.isReported else { throw error }
      throw told(error) { () throws(Failure) in
        try report.write(error, of: request, isDryRun: dryRun, hasBegun: progress.hasBegun)
      }
    }
  }

  /// How far a run came.
  private final class Progress {
    /// Whether the tool was run.
    var hasBegun = false
    /// Whether what became of the device is being told.
    var isReported = false
  }

  private func plan(_ report: MkfsReport, _ progress: Progress) throws(Failure) {
    let outcome =
      ifBlank
      ? try Formatter.commandIfBlank(for: request, wanting: wanted)
      : .new(try Formatter.command(for: request))
    progress.isReported = true
    switch outcome {
    case .new(let command): try report.write(planned: command, for: request)
    case .kept(let kept): try report.write(kept, isDryRun: true)
    }
  }

  private func make(_ report: MkfsReport, _ progress: Progress) async throws(Failure) {
    let isVerbose = verbose
    let announce: (ToolCommand) throws(Failure) -> Void = { command in
      progress.hasBegun = true
      if isVerbose { Diagnostics.write(command.line) }
    }
    let line = ProgressLine()
    defer { line.end() }
    let isQuiet = quiet
    let show: Formatter.Progress = { if !isQuiet { line.show($0, $1) } }
    let outcome: FormatOutcome<MadeFileSystem> =
      ifBlank
      ? try await Formatter.makeIfBlank(
        request, wanting: wanted, announce: announce, progress: show)
      : .new(try await Formatter.make(request, announce: announce, progress: show))
    line.end()
    Interruption.obey()
    progress.isReported = true
    switch outcome {
    case .new(let made):
      if verbose, !made.toolOutput.isEmpty { Diagnostics.write(made.toolOutput) }
      try telling("the file system is made") { () throws(Failure) in try report.write(made) }
    case .kept(let kept): try report.write(kept, isDryRun: false)
    }
  }

  /// What is chosen here, or for all of util-linux's programs; nil for what is no choice.
  private var chosenLock: FormatRequest.Lock? {
    if let lock { return lock.lock }
    return Process.variable("LOCK_BLOCK_DEVICE").map { FormatRequest.Lock(name: $0) } ?? .soon
  }

  /// What was said of the file system; the rest may be anything in one that is there.
  private var wanted: WantedFileSystem {
    WantedFileSystem(
      type: type.type, label: label.map(PathArgument.decode), uuid: uuid?.uuid,
      journal: journal?.journal, alignment: align?.count, inodes: inodes)
  }

  private var request: FormatRequest {
    let name = device.image(at: imageOffset)
    var request = FormatRequest(device: name.path)
    request.place = name.place
    request.length = imageLength?.count
    request.type = type.type
    request.label = label.flatMap { $0.isEmpty ? nil : PathArgument.decode($0) }
    request.uuid = uuid?.uuid
    request.journal = journal?.journal ?? .smallest
    request.inodes = inodes
    request.alignment = align?.count ?? .pmd
    request.imageSize = size?.count
    request.time = SourceDate.time
    request.lock = chosenLock ?? .soon
    request.overwrites = force
    request.isVerbose = verbose
    request.extraArguments = extra.map(PathArgument.decode)
    return request
  }
}
