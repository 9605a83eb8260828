internal import ArgumentParser
internal import Iopmem
internal import Linux
internal import SystemPackage

/// `iopmem list`: block devices and where their bytes lie.
struct ListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List the devices: where their bytes lie, and what is on them.",
    discussion: """
      Without DEVICE: the disks of the iopmem driver and pmem namespaces, each with its \
      partitions below it.
      """)

  @Flag(name: .shortAndLong, help: "List every block device.")
  var all = false

  @Flag(help: "Write JSON.")
  var json = false

  @OptionGroup var machine: MachineOptions

  @Argument(
    help: ArgumentHelp("Block devices to list, with their partitions.", valueName: "device"))
  var devices: [PathArgument] = []

  func validate() throws {
    if all && !devices.isEmpty { throw ValidationError("give DEVICE or --all, not both") }
  }

  func run() throws {
    let root = machine.root
    var failures: [Failure] = []
    var selection: Inventory.Selection = all ? .all : .memory
    if !devices.isEmpty {
      var numbers: [DeviceNumber] = []
      for device in devices {
        do {
          numbers.append(try BlockDevice.number(at: device.path, in: root))
        } catch {
          failures.append(error)
        }
      }
      selection = .these(numbers)
    }
    let inventory: Inventory
    do throws(Failure) { inventory = try Inventory(selection, in: root) } catch {
      guard json else { throw error }
      return try finish([], failures + [error])
    }
    failures += inventory.failures
    failures += inventory.entries.compactMap(\.windowFailure)
    try finish(inventory.entries, failures)
  }

  private func finish(_ entries: [Inventory.Entry], _ failures: [Failure]) throws {
    if json {
      try entries.writeJSON(failures)
    } else {
      try toStandardOutput { () throws(Errno) in try entries.writeTable() }
    }
    for case .failure(let failure)? in entries.map(\.content) { Diagnostics.report(failure) }
    var tally = Tally()
    for failure in failures { tally.report(failure) }
    try tally.finish()
  }
}

extension Inventory.Entry {
  /// Why the window is not known, if the device should have one.
  var windowFailure: Failure? {
    if case .failure(let failure)? = window { return failure }
    return nil
  }

  /// The window, if it is known.
  var knownWindow: Window? { try? window?.get() }
}
