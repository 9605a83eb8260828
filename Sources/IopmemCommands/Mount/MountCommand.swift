internal import ArgumentParser
internal import Iopmem
internal import Linux
internal import Signature
internal import SystemPackage

/// `iopmem mount`: mounts for DAX, or not at all.
struct MountCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    verb: "mount",
    abstract: "Mount a device for DAX, and prove that its files are.",
    discussion: """
      A file is made on the new mount, and the kernel is asked whether it is DAX; if not, the \
      mount is undone. XFS mounts without a word where DAX cannot be had. What is so mounted \
      already stays; what is mounted otherwise is refused.
      """)

  @Argument(
    help: ArgumentHelp("The block device.", valueName: "device"), completion: .devices)
  var device: PathArgument

  @Argument(help: ArgumentHelp("The folder to mount it on.", valueName: "dir"))
  var folder: PathArgument

  @OptionGroup var answer: JSONOption

  func run() throws {
    let done = "the device is mounted"
    let outcome = try answering(answer.json, done: done, mount, document: writeJSON)
    if let warning = outcome.warning { Diagnostics.report(warning) }
    let point = QuotedName(folder.path).text
    if !answer.json {
      let device = QuotedName(device.path).text
      try telling(done) { () throws(Failure) in
        try Line.print("\(device) on \(point) type \(outcome.content.type) (dax)")
      }
    }
    if !outcome.isNew { Diagnostics.say("\(point): it was mounted so already") }
    Diagnostics.say(
      "\(point): the kernel takes its files for RAM, and checks no way for O_DIRECT between them and another disk (see iopmem-check --for)"
    )
  }

  private func mount() throws(Failure) -> DAXMount.Outcome {
    try DAXMount.ensure(device.path, on: folder.path)
  }

  private func writeJSON(
    _ outcome: DAXMount.Outcome?, _ failures: [Failure]
  ) throws(Failure) {
    try JSONDocument.write("iopmem.mount/1", failures) { (writer) throws(Errno) in
      try writer.name("device", "device_hex", device.path)
      try writer.name("dir", "dir_hex", folder.path)
      try writer.member("filesystem", outcome?.content.type)
      try writer.member("changed", failures.first.map(\.isChange) ?? outcome?.isNew)
      try writer.write(outcome?.warning.map { [$0] } ?? [], as: "warnings")
    }
  }
}
