internal import ArgumentParser
internal import Iopmem

/// `iopmem unpin`: lets files move again.
struct UnpinCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "unpin",
    abstract: "Clear the immutable attribute of files, whoever set it.",
    discussion: "Stop the peers that hold addresses of the files first: nothing tells them.")

  @Argument(help: ArgumentHelp("Files to unpin.", valueName: "file"))
  var files: [PathArgument]

  func run() throws {
    var tally = Tally()
    for file in files {
      tally.attempt { () throws(Failure) in try Pinner.unpin(file.path) }
    }
    try tally.finish()
  }
}
