internal import ArgumentParser
internal import Iopmem
internal import Linux
internal import SystemPackage

/// `iopmem export`: files as dma-bufs, for a program that hands them to drivers.
struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    verb: "export",
    abstract:
      "Run a program with files as dma-bufs, which drivers of peers take without addresses.",
    usage: "iopmem export [<options>] <file> ... -- <command> ...",
    discussion: """
      The command takes this program's place. It finds the dma-bufs from descriptor 3 on, in the \
      order of the files, and their number in LISTEN_FDS. Each holds the layout of its file until \
      the last descriptor of it is closed and the last driver has let go of it.
      """)

  @Argument(help: ArgumentHelp("Files to export; after --, the command.", valueName: "file"))
  var words: [PathArgument]

  @Option(help: ArgumentHelp("Export from this byte on.", valueName: "bytes"))
  var offset: SizeArgument?

  @Option(help: ArgumentHelp("Export so many bytes, not all to the end.", valueName: "bytes"))
  var length: SizeArgument?

  @Flag(help: "Print one JSON object before the command runs: schema iopmem.export/1.")
  var json = false

  private var split: FilesAndCommand { FilesAndCommand(words) }

  func validate() throws {
    if split.command.isEmpty { throw ValidationError("Name a command, after --.") }
    if split.files.isEmpty { throw ValidationError("Name a file to export.") }
    if length?.count == .zero { throw ValidationError("--length is at least one page.") }
  }

  func run() throws {
    let split = split
    let command = split.command.map(\.path)
    let files = try answering(json) { () throws(Failure) in
      try export(split.files.map(\.path))
    } document: { (files, failures) throws(Failure) in
      try write(files ?? [], failures)
    }
    // Else they would end with their last mention, before the program begins.
    let cause = withExtendedLifetime(files) {
      Process.execute(command, passing: files.map(\.descriptor))
    }
    throw Failure(cause, command.first, "cannot run")
  }

  private func export(_ names: [FilePath]) throws(Failure) -> [ExportedFile] {
    var mapper = MountedFileMapper(
      windows: WindowSource(),
      request: MapRequest(offset: FileOffset(offset?.count.rawValue ?? 0), length: length?.count))
    var files: [ExportedFile] = []
    for name in names { files.append(try ExportedFile(of: name, by: &mapper)) }
    return files
  }

  /// Writes which dma-bufs the command finds, by the numbers of its descriptors.
  private func write(_ files: [ExportedFile], _ failures: [Failure]) throws(Failure) {
    try JSONDocument.write("iopmem.export/1", failures) { (writer) throws(Errno) in
      try writer.key("files")
      try writer.beginArray()
      for (index, file) in files.enumerated() {
        try writer.beginObject()
        try writer.name("path", "path_hex", file.path)
        try writer.member("descriptor", Process.firstPassed + index)
        try writer.member("offset", file.range.lowerBound.rawValue)
        try writer.member("length", file.range.length.rawValue)
        try writer.endObject()
      }
      try writer.endArray()
    }
  }
}
