internal import ArgumentParser
internal import Linux
internal import SystemPackage

/// Options of every verb that reads the machine.
struct MachineOptions: ParsableArguments {
  @Option(
    name: .customLong("sysroot"),
    help: ArgumentHelp(
      "Read /sys and /proc of a captured machine below DIR.", valueName: "dir"))
  var sysroot: PathArgument?

  /// The machine to read.
  var root: SystemRoot { sysroot.map { SystemRoot($0.path) } ?? SystemRoot() }
}
