internal import ArgumentParser
internal import Iopmem
internal import Linux
internal import PCI
internal import SystemPackage

/// `iopmem check`: whether a client's DMA reaches a device's memory, and by which address.
struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    verb: "check",
    abstract: "Tell whether a client's DMA reaches a device, and by which address.",
    discussion: """
      Without --for and --all-clients: whether the device itself is ready. The exit status is \
      that of the worst answer: 0 an address, 2 not supported, 3 cannot be known.
      """)

  @Argument(
    help: ArgumentHelp("A block device, or a file on one.", valueName: "device"),
    completion: .devicesAndFiles)
  var device: PathArgument

  @Option(
    name: .customLong("for"),
    help: ArgumentHelp("A client to judge; may be repeated.", valueName: "client"))
  var clients: [ClientArgument] = []

  @Flag(help: "Judge every function that may do DMA.")
  var allClients = false

  @Option(
    name: .customLong("address-bits"),
    help: ArgumentHelp(
      "How many address bits clients without a driver have, 32 to 64.", valueName: "n"))
  var bits: BitsArgument?

  private var addressBits: UInt8? { bits?.count }

  @Flag(help: "Print one JSON object: schema iopmem.check/1.")
  var json = false

  @Flag(help: "Draw the ways of requests in the PCI tree, with what ends them.")
  var tree = false

  @Flag(help: "Draw the same for dot(1).")
  var dot = false

  @Flag(help: "Draw the same as an SVG picture.")
  var svg = false

  @OptionGroup(title: "Where the device is")
  var window: WindowOptions

  func validate() throws {
    if allClients && !clients.isEmpty {
      throw ValidationError("--for and --all-clients exclude each other.")
    }
    if let addressBits, !(32...64).contains(addressBits) || (clients.isEmpty && !allClients) {
      throw ValidationError("--address-bits is 32 to 64, and needs --for or --all-clients.")
    }
    if [json, tree, dot, svg].filter({ $0 }).count > 1 {
      throw ValidationError("--json, --tree, --dot and --svg exclude each other.")
    }
    if (tree || dot || svg) && clients.isEmpty && !allClients {
      throw ValidationError("--tree, --dot and --svg need --for or --all-clients.")
    }
  }

  func run() throws {
    var tally = Tally()
    let check = try answering(json, judge) { (check, failures) throws(Failure) in
      tally.attempt { () throws(Failure) in
        try CheckJSON.write(check, of: device.path, failures)
      }
    }
    if !json { tally.attempt { () throws(Failure) in try print(check) } }
    tally.count(check.worst)
    try tally.finish()
  }

  private func print(_ check: Check) throws(Failure) {
    try toStandardOutput { () throws(Errno) in
      var output = Output.standard()
      try output.write(text(of: check))
      try output.flush()
    }
  }

  private func judge() throws(Failure) -> Check {
    var functions: [FunctionAddress] = []
    for client in clients { functions.append(try client.name.resolve(in: window.root)) }
    return try Check(
      device.path, clients: allClients ? .all : .these(functions),
      addressBits: addressBits, windows: window.windows)
  }

  private func text(of check: Check) -> String {
    guard tree || dot || svg else {
      return check.text(isMatrix: allClients, on: .standardOutput)
    }
    let picture = CheckPicture(check, DeviceNames(of: window.root))
    if dot { return picture.dot }
    if svg { return picture.svg }
    return picture.tree(on: .standardOutput)
  }
}
