internal import ArgumentParser
internal import Iopmem

/// `iopmem unpin`: lets files move again.
struct UnpinCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    verb: "unpin",
    abstract: "Clear the immutable attribute of files, whoever set it.",
    discussion: "Stop the peers that hold addresses of the files first: nothing tells them.")

  @Argument(help: ArgumentHelp("Files to unpin.", valueName: "file"))
  var files: [PathArgument]

  @OptionGroup var answer: JSONOption

  func run() throws {
    var tally = Tally(keeps: answer.json)
    var unpinned: [PinAnswer.File] = []
    for file in files {
      tally.attempt { () throws(Failure) in
        let isChange = try Pinner.unpin(file.path)
        if answer.json { unpinned.append(.init(path: file.path, isChange: isChange)) }
      }
    }
    if answer.json {
      let answer = PinAnswer(files: unpinned, failures: tally.failures, named: files.count)
      tally.attempt { () throws(Failure) in try answer.writeJSON("iopmem.unpin/1", "unpinned") }
    }
    try tally.finish()
  }
}
