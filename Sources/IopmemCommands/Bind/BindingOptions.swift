internal import ArgumentParser
internal import Linux

/// Options of verbs that bind and unbind.
struct BindingOptions: ParsableArguments {
  @Flag(name: .shortAndLong, help: "Do it though the function is in use, or is a bridge.")
  var force = false

  @Flag(name: [.customShort("n"), .long], help: "Print what would be written, and write nothing.")
  var dryRun = false

  @OptionGroup var machine: MachineOptions

  func validate() throws {
    // A captured machine is there to be read.
    if machine.sysroot != nil && !dryRun { throw ValidationError("--sysroot needs --dry-run.") }
  }
}
