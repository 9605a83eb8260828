public import Linux
public import PCI
public import SystemPackage

/// Binds PCI functions to the iopmem driver and takes them from it.
///
/// A plan is made of what sysfs says, and says what would be written; carrying it out is apart.
public struct Binder: Sendable {
  let root: SystemRoot

  /// A binder for a machine.
  public init(_ root: SystemRoot = SystemRoot()) { self.root = root }

  private static let driver = FilePath("sys/bus/pci/drivers/iopmem")
  private static let barParameter = FilePath("sys/module/iopmem/parameters/bar")

  /// Plans how to bind a function to the driver.
  /// - Parameters:
  ///   - bar: the BAR to use; nil for the driver's own choice, and for any of what is bound already.
  ///   - force: take the function from another driver, or bind a bridge.
  /// - Throws: `refused` for a function that must not be taken.
  public func bindingPlan(
    for address: FunctionAddress, bar: Int? = nil, force: Bool = false
  ) throws(Failure) -> BindingPlan {
    let function = try read(address)
    var plan = BindingPlan()
    if function.driver == .to("iopmem") {
      if let bar { try expectBound(address, with: bar) }
      return plan
    }
    guard try isThere(Self.driver) else {
      throw Failure(
        .failed, FilePath(address.description), "cannot be bound: the driver is not loaded",
        remedy: "modprobe iopmem"
      ).named(.noDriver)
    }
    if function.classCode?.isBridge == true && !force {
      throw refusal(address, "is a bridge", ways("\(option: .force) binds it")).named(.bridge)
    }
    try checkMemory(function, bar)
    if function.driver == .unseen { throw driverUnseen(address) }
    if let owner = function.driver.name {
      try checkNotUsed(address, "would lose its driver \(owner)")
      guard force else {
        throw refusal(address, "is driven by \(owner)", Self.remedy(toTake: function))
          .named(.otherDriver)
      }
      plan.steps.append(step(address.description, folder(address).appending("driver/unbind")))
    }
    if let bar {
      plan.steps.append(step("\(address)=\(bar)", Self.barParameter))
      // It is read as the driver takes the function, and speaks of other functions too.
      plan.restoration.append(step(try setting(Self.barParameter), Self.barParameter))
    }
    let preference = folder(address).appending("driver_override")
    let search = step(address.description, "sys/bus/pci/drivers_probe")
    plan.steps += [step("iopmem", preference), search]
    // Without our preference, a former driver takes its function back.
    plan.withdrawal = [step((try? setting(preference)) ?? "", preference), search]
    return plan
  }

  /// Plans how to take a function from the driver; the plan is empty for one that has no driver.
  /// - Parameter force: even while its block device is mounted, held or leased.
  public func unbindingPlan(
    for address: FunctionAddress, force: Bool = false
  ) throws(Failure) -> BindingPlan {
    let function = try read(address)
    if function.driver == .unseen { throw driverUnseen(address) }
    if let owner = function.driver.name, owner != "iopmem" {
      throw refusal(address, "is driven by \(owner), not by iopmem").named(.otherDriver)
    }
    guard function.driver == .to("iopmem") else { return try withdrawalOfPreference(for: address) }
    if !force { try checkNotUsed(address, "is in use") }
    var plan = BindingPlan()
    plan.steps = [
      step(address.description, Self.driver.appending("unbind")),
      step("", folder(address).appending("driver_override")),
    ]
    return plan
  }

  /// Carries out a plan.
  /// - Throws: `failed` at the first step that the kernel refuses; other functions' settings are
  ///   then as they were.
  public func carryOut(_ plan: BindingPlan) throws(Failure) {
    do throws(Failure) {
      for step in plan.steps { try write(step) }
    } catch {
      // What went wrong first is what to tell.
      for step in plan.restoration { try? write(step) }
      throw error
    }
    for step in plan.restoration { try write(step) }
  }

  /// Carries out a plan to bind a function.
  /// - Returns: the block device that the driver made.
  /// - Throws: `failed` when the driver did not take the function, which is then free again for
  ///   the driver it had.
  public func bind(
    _ address: FunctionAddress, by plan: BindingPlan
  ) throws(Failure) -> FilePath {
    do throws(Failure) {
      try carryOut(plan)
      return try blockDevice(of: address)
    } catch {
      for step in plan.withdrawal { try? write(step) }
      throw error
    }
  }

  private func write(_ step: BindingPlan.Step) throws(Failure) {
    do { try root.write(step.value, to: step.file) } catch {
      throw Failure(error, root.absolute(step.file), "cannot write")
    }
  }

  func step(_ value: String, _ file: FilePath) -> BindingPlan.Step {
    BindingPlan.Step(file: file, value: value)
  }

  /// The block device of a function, by what the driver has hung on it: binding anew may give
  /// another number.
  private func blockDevice(of address: FunctionAddress) throws(Failure) -> FilePath {
    guard let device = try boundDevice(of: address) else {
      throw Failure(
        .failed, FilePath(address.description), "the driver did not take it",
        remedy: "the kernel's log may say why, see dmesg(1)"
      ).named(.notTaken)
    }
    return device
  }

  /// The block device of a function that is bound to the driver; nil if it is not, or has none.
  public func boundDevice(of address: FunctionAddress) throws(Failure) -> FilePath? {
    guard try read(address).driver == .to("iopmem"),
      let name = try? root.names(in: folder(address).appending("block")).first
    else { return nil }
    return FilePath("/dev").appending(name)
  }

  /// Reads an attribute's value, as it can be written back unchanged.
  func setting(_ file: FilePath) throws(Failure) -> String {
    do {
      let value = try root.text(file)
      // As the kernel prints a string that was never set.
      return value == "(null)" ? "" : value
    } catch {
      throw Failure(error, root.absolute(file), "cannot read")
    }
  }

  /// Whether there is such a file or folder.
  func isThere(_ file: FilePath) throws(Failure) -> Bool {
    try explain(root.absolute(file), "cannot be looked up") { () throws(Errno) in
      try root.exists(file)
    }
  }

  func folder(_ address: FunctionAddress) -> FilePath {
    FilePath("sys/bus/pci/devices").appending(address.description)
  }

  private func read(_ address: FunctionAddress) throws(Failure) -> Function {
    do { return try Function(address, in: root) } catch {
      throw Failure(error, FilePath(address.description), "cannot read the function")
    }
  }

  func refusal(
    _ address: FunctionAddress, _ reason: String, _ remedy: String? = nil
  ) -> Failure {
    Failure(.refused, FilePath(address.description), reason, remedy: remedy)
  }

  private func driverUnseen(_ address: FunctionAddress) -> Failure {
    Failure(
      .unknown, FilePath(address.description),
      "it does not show whether it has a driver, nor which",
      remedy: "try again")
  }

  /// What to do about a function that another driver has.
  private static func remedy(toTake function: Function) -> String? {
    function.classCode?.mayBeMemory == true
      ? ways("\(option: .force) takes it from there")
      : ways(
        "\(option: .force) takes it from there, but only memory may be taken: what is written to a BAR of registers goes to the hardware"
      )
  }

  /// - Parameter bar: the BAR that must be memory; nil when any one will do.
  private func checkMemory(_ function: Function, _ bar: Int?) throws(Failure) {
    guard case .success(let regions) = function.regions, regions.count >= 6 else {
      throw Failure(
        .unknown, FilePath(function.address.description), "its BARs cannot be read")
    }
    let memory = regions.prefix(6).indices.filter { regions[$0]?.flags.contains(.memory) == true }
    if let bar, !memory.contains(bar) {
      throw refusal(function.address, "has no memory BAR \(bar)").named(.noMemoryBAR)
    }
    if memory.isEmpty {
      throw refusal(function.address, "has no memory BAR").named(.noMemoryBAR)
    }
  }
}
