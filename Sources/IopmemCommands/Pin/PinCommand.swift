internal import ArgumentParser
internal import Iopmem
internal import Linux
internal import SystemPackage

/// `iopmem pin`: holds the layout of files until they are unpinned.
struct PinCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    verb: "pin",
    abstract: "Hold the layout of files by the immutable attribute, until they are unpinned.",
    discussion: """
      A file is refused when a peer must not be given its addresses, and when somebody has it \
      open for writing; one that is pinned is proved again. Prints the fingerprint of each map that is held, for iopmem verify.
      """)

  @Argument(help: ArgumentHelp("Files to pin.", valueName: "file"))
  var files: [PathArgument]

  @Flag(help: "Pin files that are not DAX.")
  var noDaxCheck = false

  @OptionGroup var answer: JSONOption

  @OptionGroup var window: WindowOptions

  func run() throws {
    var pinner = Pinner(windows: window.windows, requiresDAX: !noDaxCheck)
    var tally = Tally(keeps: answer.json)
    var pins: [PinAnswer.File] = []
    // A signal must not come between the attribute and the proof.
    Interruption.hold()
    for file in files where Interruption.signal == nil {
      tally.attempt { () throws(Failure) in
        let map = try pinner.pin(file.path)
        if answer.json {
          pins.append(
            .init(path: file.path, isChange: pinner.isNewlyPinned, fingerprint: map.fingerprint))
        } else {
          let name = QuotedName(file.path).text
          try telling("\(name) is pinned") { () throws(Failure) in
            try Line.print("\(map.fingerprint)  \(name)")
          }
        }
      }
    }
    if answer.json {
      let answer = PinAnswer(files: pins, failures: tally.failures, named: files.count)
      tally.attempt { () throws(Failure) in try answer.writeJSON("iopmem.pin/1", "pinned") }
    }
    Interruption.obey()
    try tally.finish()
  }
}
