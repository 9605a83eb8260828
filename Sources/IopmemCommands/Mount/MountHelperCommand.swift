internal import ArgumentParser
internal import Iopmem
internal import Linux
internal import Signature
internal import SystemPackage

/// `mount.iopmem`: what mount(8) runs for `mount -t iopmem`, and fstab(5) names so.
struct MountHelperCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mount.iopmem",
    abstract: "Mount a device for DAX, as a helper of mount(8).",
    discussion: "See iopmem-mount(8).", version: Version.notice)

  @Argument(help: ArgumentHelp("The block device.", valueName: "device"))
  var device: PathArgument

  @Argument(help: ArgumentHelp("The folder to mount it on.", valueName: "dir"))
  var folder: PathArgument

  @Option(
    name: .customShort("o", allowingJoined: true),
    help: ArgumentHelp("Options, separated by commas.", valueName: "options"))
  var options: [String] = []

  @Option(
    name: .customShort("t", allowingJoined: true),
    help: ArgumentHelp("The type: iopmem.", valueName: "type"))
  var type = "iopmem"

  @Flag(name: .customShort("s"), help: "Pass over options that are not known.")
  var isSloppy = false

  @Flag(name: .customShort("f"), help: "Do all but mount.")
  var isFake = false

  @Flag(name: .customShort("n"), help: "Write no mtab, which is never done.")
  var writesNoTable = false

  @Flag(name: .customShort("v"), help: "Say what is mounted.")
  var isVerbose = false

  func validate() throws {
    guard type == "iopmem" else { throw ValidationError("The type is iopmem.") }
    _ = try flags()
  }

  func run() throws {
    if isFake {
      _ = try BlockDevice.number(at: device.path, in: SystemRoot())
      return
    }
    let (content, warning) = try DAXMount.mount(device.path, on: folder.path, flags: try flags())
    if let warning { Diagnostics.report(warning) }
    guard isVerbose else { return }
    try telling("the device is mounted") { () throws(Failure) in
      try Line.print(
        "\(QuotedName(device.path).text) on \(QuotedName(folder.path).text)"
          + " type \(content.type) (dax)")
    }
  }

  /// What holds without being asked for, and what others than the kernel read: mount(8), systemd.mount(5).
  private static let passed: Set<String> = [
    "defaults", "rw", "suid", "dev", "exec", "async", "auto", "noauto", "nofail", "nouser", "atime",
    "diratime", "relatime", "_netdev", "dax", "dax=always",
  ]

  /// The flags among the options.
  /// - Throws: `ValidationError` for an option that is not known, unless that was asked for.
  private func flags() throws -> Set<Mounting.Flag> {
    var flags: Set<Mounting.Flag> = []
    for option in options.flatMap({ $0.split(separator: ",") }) {
      if let flag = Mounting.Flag(rawValue: String(option)) {
        flags.insert(flag)
      } else {
        let isPassed =
          Self.passed.contains(String(option)) || option.hasPrefix("x-")
          || option.hasPrefix("X-") || option.hasPrefix("comment=")
        // What would make another mount of it is never passed over.
        let isOther = option == "ro" || option == "remount" || option.hasPrefix("dax=")
        guard isPassed || isSloppy && !isOther else {
          throw ValidationError(
            "The option \(option.debugDescription) is not one of mount.iopmem: see iopmem-mount(8)."
          )
        }
      }
    }
    return flags
  }
}
