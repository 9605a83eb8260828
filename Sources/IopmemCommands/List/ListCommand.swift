internal import ArgumentParser
internal import Iopmem
internal import Linux
internal import SystemPackage

/// `iopmem list`: block devices, where their bytes lie, and what is on them.
struct ListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    verb: "list",
    abstract: "List the devices: where their bytes lie, and what is on them.",
    discussion: """
      Without DEVICE: the disks of the iopmem driver and pmem namespaces, each with its \
      partitions below it.

      COLUMNS: \(ListColumn.allCases.map { "\($0.rawValue) (\($0.summary))" }.joined(separator: ", ")).
      """)

  @Flag(name: .shortAndLong, help: "List every block device, empty ones too.")
  var all = false

  @Flag(name: [.short, .customLong("fs")], help: "Show what is free, files, pins and leases.")
  var fileSystems = false

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "Show these columns, separated by commas; with + before them, after the usual ones.",
      valueName: "columns"))
  var output: ListColumns?

  @Flag(name: .shortAndLong, help: "Print no heading.")
  var noheadings = false

  @Flag(name: .shortAndLong, help: "Print sizes in bytes.")
  var bytes = false

  @Flag(name: .shortAndLong, help: "Print cells one space apart, with nothing cut or left out.")
  var raw = false

  @Flag(name: .shortAndLong, help: "Draw no tree.")
  var list = false

  @Flag(help: "Write JSON, with all that there is to know unless -o asks for less.")
  var json = false

  @Option(name: .customLong("sysroot"), help: .sysroot) var sysroot: PathArgument?

  @Argument(
    help: ArgumentHelp("Block devices to list, with their partitions.", valueName: "device"),
    completion: .devices)
  var devices: [PathArgument] = []

  func validate() throws {
    try SystemRoot.validate(option: sysroot)
    if all && !devices.isEmpty { throw ValidationError("give DEVICE or --all, not both") }
    if let wrong = output?.wrong {
      let names = ListColumn.allCases.map(\.rawValue).joined(separator: ", ")
      throw ValidationError("there is no column '\(wrong)', but there are \(names).")
    }
  }

  private var root: SystemRoot { SystemRoot(option: sysroot) }

  /// The columns to show.
  private var columns: [ListColumn] {
    let all = fileSystems ? ListColumn.ofFileSystems : ListColumn.usual
    let usual = leavesOut ? all.filter { !$0.needsDevices } : all
    guard let output else { return usual }
    let asked = output.columns.compactMap { $0 }
    return output.isAddition ? usual + asked.filter { !usual.contains($0) } : asked
  }

  /// Whether people are spared what a captured machine cannot tell; scripts get what they asked for.
  private var leavesOut: Bool {
    !root.isRunningMachine && !raw && !(output.map { !$0.isAddition } ?? false)
  }

  private var facts: Inventory.Facts {
    if json && output == nil { return .all }
    return columns.reduce(into: []) { $0.formUnion($1.facts) }
  }

  func run() throws {
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
    do throws(Failure) { inventory = try Inventory(selection, facts, in: root) } catch {
      guard json else { throw error }
      return try finish([], failures + [error])
    }
    failures += inventory.failures
    failures += inventory.entries.flatMap(\.failures)
    try finish(inventory.entries, failures)
  }

  private func finish(_ entries: [Inventory.Entry], _ failures: [Failure]) throws {
    var tally = Tally()
    tally.attempt { () throws(Failure) in
      if json { try entries.writeJSON(failures) } else { try writeTable(of: entries) }
    }
    if !json && entries.isEmpty && failures.isEmpty {
      Diagnostics.say(
        "there is no iopmem device and no pmem namespace here "
          + "(iopmem bind makes a device of a BAR; --all lists every block device)")
    }
    for failure in failures { tally.report(failure) }
    try tally.finish()
  }

  private func writeTable(of entries: [Inventory.Entry]) throws(Failure) {
    guard !entries.isEmpty else { return }
    let table = ListTable(
      columns, entries, hasTree: !list && !raw, hasHeading: !noheadings, isExact: bytes,
      hasBoxes: Terminal.standardOutput.hasBoxes)
    let lines = raw ? (table.raw, []) : table.fitting(Terminal.standardOutput.columns)
    try toStandardOutput { () throws(Errno) in
      var output = Output.standard()
      try output.write(lines.0)
      try output.flush()
    }
    if fileSystems && leavesOut {
      Diagnostics.say(
        "a captured machine tells of no file systems: what is free, files, pins and leases are to be had on the machine itself"
      )
    }
    guard self.output != nil, !lines.1.isEmpty else { return }
    let names = lines.1.map(\.rawValue).joined(separator: ", ")
    Diagnostics.say("the lines are too short for \(names) (-r prints all)")
  }
}
