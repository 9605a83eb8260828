internal import ArgumentParser
internal import Iopmem
internal import Linux

/// Options that say where the bytes of a device lie, if the machine does not tell.
struct WindowOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The bus address of the whole device's byte 0, taken as given.", valueName: "addr"))
  var base: AddressArgument?

  @Option(help: ArgumentHelp("The BAR that holds the device, 0 to 5.", valueName: "n"))
  var bar: Int?

  @Option(name: .customLong("sysroot"), help: .sysroot) var sysroot: PathArgument?

  func validate() throws {
    try SystemRoot.validate(option: sysroot)
    if let bar, !(0...5).contains(bar) { throw ValidationError("--bar is 0 to 5.") }
    if base != nil && bar != nil { throw ValidationError("--base and --bar exclude each other.") }
  }

  /// The machine to read.
  var root: SystemRoot { SystemRoot(option: sysroot) }

  /// The windows of the machine asked for.
  var windows: WindowSource {
    WindowSource(root: root, choices: WindowChoices(base: base?.value, bar: bar))
  }
}
