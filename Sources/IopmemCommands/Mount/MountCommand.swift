internal import ArgumentParser
internal import Iopmem
internal import Signature

/// `iopmem mount`: mounts for DAX, or not at all.
struct MountCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mount",
    abstract: "Mount a device for DAX, and prove that its files are.",
    discussion: """
      A file is made on the new mount, and the kernel is asked whether it is DAX; if not, the \
      mount is undone. XFS mounts without a word where DAX cannot be had.
      """)

  @Argument(help: ArgumentHelp("The block device.", valueName: "device"))
  var device: PathArgument

  @Argument(help: ArgumentHelp("The folder to mount it on.", valueName: "dir"))
  var folder: PathArgument

  func run() throws {
    let (content, warning) = try DAXMount.mount(device.path, on: folder.path)
    if let warning { Diagnostics.report(warning) }
    try Line.print(
      "\(QuotedName(device.path).text) on \(QuotedName(folder.path).text)"
        + " type \(content.type) (dax)")
    Diagnostics.write(
      "iopmem: \(QuotedName(folder.path).text): the kernel takes its files for RAM, and checks no way for O_DIRECT between them and another disk (see iopmem-check --for)"
    )
  }
}
