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
