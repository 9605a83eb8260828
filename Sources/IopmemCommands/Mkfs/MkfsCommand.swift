internal import ArgumentParser
internal import Iopmem
internal import Linux
internal import SystemPackage

/// `iopmem mkfs`, `mkfs.iopmem`: makes the file system.
struct MkfsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mkfs",
    abstract: "Make a file system for DAX that leaves one contiguous, aligned region for data.",
    discussion: """
      What holds data, and what is mounted, held, locked or read-only is refused, and what was \
      found is said. What was made is read back and verified before success is reported.
      """,
    version: Version.current)

  @Argument(help: ArgumentHelp("Block device or image file.", valueName: "device"))
  var device: PathArgument

  @Option(name: .shortAndLong, help: "Type of file system.")
  var type = TypeArgument(.ext4)

  @Option(
    name: [.customShort("L"), .long],
    help: ArgumentHelp("Label: up to 16 bytes for ext4, 12 for xfs.", valueName: "text"))
  var label: String?

  @Option(
    name: [.customShort("U"), .long], help: ArgumentHelp("UUID; default random.", valueName: "uuid")
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

  @Option(
    help: ArgumentHelp(
      "Lock the device: yes waits for it, nonblock does not, no does without; default 10 s.",
      valueName: "mode"))
  var lock: LockArgument?

  @Flag(name: .shortAndLong, help: "Overwrite what the device holds. Not what is in use.")
  var force = false

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

  @Flag(help: "Print one JSON object: schema iopmem.mkfs/1.")
  var json = false

  @Argument(
    parsing: .postTerminator,
    help: ArgumentHelp("Arguments for mke2fs or mkfs.xfs, after --.", valueName: "extra"))
  var extra: [String] = []

  func validate() throws {
    if quiet && verbose { throw ValidationError("--quiet and --verbose exclude each other.") }
    try SourceDate.validate()
    if chosenLock == nil {
      throw ValidationError("LOCK_BLOCK_DEVICE is none of yes, no and nonblock.")
    }
    if quiet && json { throw ValidationError("--quiet and --json exclude each other.") }
  }

  func run() async throws {
    let report = MkfsReport(isJSON: json, isQuiet: quiet)
    if dryRun {
      return try report.write(planned: try Formatter.command(for: request), for: request)
    }
    Interruption.hold()
    let made: MadeFileSystem
    do {
      made = try await make()
      Interruption.obey()
    } catch {
      Interruption.obey(after: error)
      throw error
    }
    if verbose, !made.toolOutput.isEmpty { Diagnostics.write(made.toolOutput) }
    try report.write(made)
  }

  private func make() async throws(Failure) -> MadeFileSystem {
    let isVerbose = verbose
    return try await Formatter.make(request) { command in
      if isVerbose { Diagnostics.write(command.line) }
    }
  }

  /// What is chosen here, or for all of util-linux's programs; nil for what is no choice.
  private var chosenLock: FormatRequest.Lock? {
    if let lock { return lock.lock }
    return Process.variable("LOCK_BLOCK_DEVICE").map { FormatRequest.Lock(name: $0) } ?? .soon
  }

  private var request: FormatRequest {
    var request = FormatRequest(device: device.path)
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

/// A type of file system as an argument.
struct TypeArgument: ExpressibleByArgument, CustomStringConvertible {
  /// The type.
  let type: FormatRequest.FileSystemType

  init(_ type: FormatRequest.FileSystemType) { self.type = type }

  init?(argument: String) {
    guard let type = FormatRequest.FileSystemType(rawValue: argument) else { return nil }
    self.type = type
  }

  var description: String { type.rawValue }
  static let allValueStrings = FormatRequest.FileSystemType.allCases.map(\.rawValue)
}

/// How to lock a device, as an argument.
struct LockArgument: ExpressibleByArgument {
  /// The choice.
  let lock: FormatRequest.Lock

  init?(argument: String) {
    guard let lock = FormatRequest.Lock(name: argument) else { return nil }
    self.lock = lock
  }

  static let allValueStrings = ["yes", "no", "nonblock"]
}

/// A UUID as an argument.
struct UUIDArgument: ExpressibleByArgument {
  /// The UUID.
  let uuid: VolumeUUID

  init?(argument: String) {
    guard let uuid = VolumeUUID(argument) else { return nil }
    self.uuid = uuid
  }
}

/// A journal as an argument: `none`, or its length.
struct JournalArgument: ExpressibleByArgument {
  /// The journal.
  let journal: FormatRequest.Journal

  init?(argument: String) {
    if argument == "none" {
      journal = .none
    } else if let size = SizeArgument(argument: argument) {
      journal = .size(size.count)
    } else {
      return nil
    }
  }
}
