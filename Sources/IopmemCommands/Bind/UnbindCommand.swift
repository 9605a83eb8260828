internal import ArgumentParser
internal import Iopmem
internal import Linux

/// `iopmem unbind`: takes a PCI function from the driver.
struct UnbindCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    verb: "unbind",
    abstract: "Take a PCI function from the iopmem driver.",
    discussion: """
      Refused while its block device is mounted, held or leased. One without a driver stays as it \
      is.
      """)

  @Argument(help: ArgumentHelp("The function, as lspci(8) names it.", valueName: "function"))
  var function: FunctionArgument

  @OptionGroup var answer: JSONOption

  @OptionGroup var change: BindingOptions

  func run() throws {
    let done = change.dryRun ? nil : "the function is unbound"
    let binding = try answering(answer.json, done: done, unbind) {
      (done, failures) throws(Failure) in
      try BindingAnswer(function: function.address, isDryRun: change.dryRun, done: done)
        .writeJSON("iopmem.unbind/1", failures)
    }
    if change.dryRun && !answer.json { try binding.plan.print() }
  }

  private func unbind() throws(Failure) -> BindingAnswer.Done {
    let binder = Binder(change.root)
    let plan = try binder.unbindingPlan(for: function.address, force: change.force)
    if change.dryRun {
      return .init(plan: plan, device: try binder.boundDevice(of: function.address))
    }
    try binder.carryOut(plan)
    return .init(plan: plan, device: nil)
  }
}
