internal import ArgumentParser
internal import Linux

/// Options of verbs that bind and unbind.
struct BindingOptions: ParsableArguments {
  @Flag(name: .shortAndLong, help: "Do it though the function is in use, or is a bridge.")
  var force = false

  @Flag(name: [.customShort("n"), .long], help: "Print what would be written, and write nothing.")
  var dryRun = false

  @Option(name: .customLong("sysroot"), help: .sysroot) var sysroot: PathArgument?

  /// The machine to read.
  var root: SystemRoot { SystemRoot(option: sysroot) }

  func validate() throws {
    try SystemRoot.validate(option: sysroot)
    // A captured machine is there to be read.
    if sysroot != nil && !dryRun { throw ValidationError("--sysroot needs --dry-run.") }
  }
}
