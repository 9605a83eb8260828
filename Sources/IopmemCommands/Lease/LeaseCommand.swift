internal import ArgumentParser
internal import Iopmem
internal import Linux
internal import SystemPackage

/// `iopmem lease`: addresses that hold, for as long as a program runs.
struct LeaseCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    verb: "lease",
    abstract: "Hold the layout of files, print their addresses, and keep them until the end.",
    usage: "iopmem lease [<options>] <file> ... [-- <command> ...]",
    discussion: """
      With a command, the command takes this program's place and the leases with it: they end \
      when it and all that it starts have ended. It finds the map, as JSON or in the form of \
      --format, on its standard input, or in FILE with --map. Without a command, the map is \
      printed, and the leases end with SIGINT, SIGTERM or SIGHUP.
      """)

  @Argument(help: ArgumentHelp("Files to lease; after --, a command.", valueName: "file"))
  var words: [PathArgument]

  @Option(
    name: .customLong("for"),
    help: ArgumentHelp("The client: the addresses are the ones it must use.", valueName: "client")
  )
  var client: ClientArgument?

  @Flag(help: "Also for a client that no way to the memory is known of.")
  var force = false

  @Option(
    name: .customLong("map"),
    help: ArgumentHelp("Write the map to FILE, which must not exist.", valueName: "file"))
  var mapFile: PathArgument?

  @Flag(help: "Print one JSON object without a command too: schema iopmem.fiemap/1.")
  var json = false

  @Option(
    help: ArgumentHelp("Write the map in this form, with a command too.", valueName: "form"))
  var format: MapFormat.Name?

  @OptionGroup(title: "What the engine can take")
  var engine: EngineOptions

  private var split: FilesAndCommand { FilesAndCommand(words) }

  func validate() throws {
    let split = split
    if split.files.isEmpty { throw ValidationError("Name a file to lease.") }
    if let bits = engine.addressBits, client == nil || !(32...64).contains(bits) {
      throw ValidationError("--address-bits is 32 to 64, and needs --for.")
    }
    if force && client == nil { throw ValidationError("--force needs --for.") }
    if json && format != nil { throw ValidationError("--json and --format exclude each other.") }
    if format?.isForOneFile == true && split.files.count > 1 {
      throw ValidationError("--format \(chosen.rawValue) takes one file.")
    }
    let format = try engine.format(chosen)
    if mapFile == nil && split.command.isEmpty { try format.checkStandardOutput() }
  }

  /// The format that the map takes: for people where nothing else reads it.
  private var chosen: MapFormat.Name {
    format ?? (json || mapFile != nil || !split.command.isEmpty ? .json : .table)
  }

  func run() throws {
    let split = split
    let command = split.command.map(\.path)
    // Before the leases: a signal that comes meanwhile must not leave a map half written.
    Interruption.hold()
    let take = {
      let function = try client?.name.resolve(in: SystemRoot())
      return try LeaseSet(
        of: split.files.map(\.path),
        for: function.map {
          Client($0, addressBits: engine.addressBits, isForced: force)
        },
        in: try engine.format(chosen, for: try engine.controller(for: function)))
    }
    // Standard output is for the map only where it goes there.
    let isAnswered = json && command.isEmpty && mapFile == nil
    let leases = isAnswered ? try engine.format(chosen).preparing(take) : try take()
    if command.isEmpty {
      try writeMap(of: leases)
      try leases.holdUntilInterrupted()
    } else {
      try handMap(of: leases)
      Interruption.obey()
      try leases.execute(command)
    }
  }

  /// Writes the map to the file asked for, or to standard output.
  private func writeMap(of leases: LeaseSet) throws {
    guard let mapFile else { return try leases.writeMap(to: .standard(leases.format)) }
    let file: Descriptor
    do {
      file = try Descriptor(
        mapFile.path, .writeOnly, options: [.create, .exclusive], permissions: .ownerReadWrite)
    } catch { throw Failure(error, mapFile.path, "cannot make") }
    do {
      try leases.writeMap(
        to: MapWriter(leases.format, to: Output(to: file.rawValue), named: "the map"))
      do { try file.close() } catch { throw Failure(error, mapFile.path, "cannot write") }
    } catch {
      // Half a map is none; and the next try must find the name free.
      do { try mapFile.path.unlink() } catch let second {
        throw Failure(second, mapFile.path, "is no whole map (\(error)), and cannot be removed")
      }
      throw error
    }
  }

  /// Writes the map to the file asked for, or to what the command reads as standard input.
  private func handMap(of leases: LeaseSet) throws {
    guard mapFile == nil else { return try writeMap(of: leases) }
    do {
      let file = try Descriptor(temporaryIn: TemporaryFolder.path)
      try leases.writeMap(
        to: MapWriter(leases.format, to: Output(to: file.rawValue), named: "the map"))
      try file.rewind()
      try file.becomeStandardInput()
    } catch let error as Errno {
      throw Failure(error, TemporaryFolder.path, "cannot make a temporary file for the map")
    }
  }
}
