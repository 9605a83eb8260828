internal import ArgumentParser
internal import Iopmem
internal import Linux

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
