internal import ArgumentParser
internal import Iopmem
internal import Linux
internal import SystemPackage

/// `iopmem bind`: gives a PCI function to the driver.
struct BindCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bind",
    abstract: "Bind a PCI function to the iopmem driver.",
    discussion: "Prints the block device that the driver makes of the function's BAR.")

  @Argument(help: ArgumentHelp("The function, as lspci(8) names it.", valueName: "function"))
  var function: FunctionArgument

  @Option(help: ArgumentHelp("The BAR to use, 0 to 5; else the driver chooses.", valueName: "n"))
  var bar: Int?

  @OptionGroup var change: BindingOptions

  func validate() throws {
    if let bar, !(0...5).contains(bar) { throw ValidationError("--bar is 0 to 5.") }
  }

  func run() throws {
    let binder = Binder(change.machine.root)
    let plan = try binder.bindingPlan(for: function.address, bar: bar, force: change.force)
    guard !change.dryRun else { return try plan.print() }
    let device = try binder.bind(function.address, by: plan)
    try Line.print(QuotedName(device).text)
  }
}

/// `iopmem unbind`: takes a PCI function from the driver.
struct UnbindCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "unbind",
    abstract: "Take a PCI function from the iopmem driver.",
    discussion: "Refused while its block device is mounted, held or leased.")

  @Argument(help: ArgumentHelp("The function, as lspci(8) names it.", valueName: "function"))
  var function: FunctionArgument

  @OptionGroup var change: BindingOptions

  func run() throws {
    let binder = Binder(change.machine.root)
    let plan = try binder.unbindingPlan(for: function.address, force: change.force)
    guard !change.dryRun else { return try plan.print() }
    try binder.carryOut(plan)
  }
}

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

extension BindingPlan {
  /// Prints the plan as a shell would carry it out.
  fileprivate func print() throws(Failure) {
    for step in steps + restoration {
      let file = FilePath("/").appending(step.file.components)
      try Line.print(
        "echo \(ShellQuoted(Array(step.value.utf8)).text) > \(ShellQuoted(file.bytes).text)")
    }
  }
}
