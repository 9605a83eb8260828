internal import ArgumentParser
internal import Iopmem
internal import Linux
internal import SystemPackage

/// `iopmem bind`: gives a PCI function to the driver.
struct BindCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    verb: "bind",
    abstract: "Bind a PCI function to the iopmem driver.",
    discussion: """
      Prints the block device that the driver makes of the function's BAR. What is bound already \
      stays as it is.
      """)

  @Argument(help: ArgumentHelp("The function, as lspci(8) names it.", valueName: "function"))
  var function: FunctionArgument

  @Option(help: ArgumentHelp("The BAR to use, 0 to 5; else the driver chooses.", valueName: "n"))
  var bar: Int?

  @OptionGroup var answer: JSONOption

  @OptionGroup var change: BindingOptions

  func validate() throws {
    if let bar, !(0...5).contains(bar) { throw ValidationError("--bar is 0 to 5.") }
  }

  func run() throws {
    let done = change.dryRun ? nil : "the function is bound"
    let binding = try answering(answer.json, done: done, bind) { (done, failures) throws(Failure) in
      try BindingAnswer(function: function.address, isDryRun: change.dryRun, done: done)
        .writeJSON("iopmem.bind/1", failures)
    }
    guard !answer.json else { return }
    if change.dryRun { return try binding.plan.print() }
    guard let device = binding.device else { return }
    try telling(done) { () throws(Failure) in try Line.print(QuotedName(device).text) }
  }

  private func bind() throws(Failure) -> BindingAnswer.Done {
    let binder = Binder(change.root)
    let plan = try binder.bindingPlan(for: function.address, bar: bar, force: change.force)
    if change.dryRun {
      return .init(plan: plan, device: try binder.boundDevice(of: function.address))
    }
    return .init(plan: plan, device: try binder.bind(function.address, by: plan))
  }
}
