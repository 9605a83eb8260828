internal import ArgumentParser
internal import Iopmem
internal import Linux

/// The client that the addresses are for.
struct MapClientOptions: ParsableArguments {
  @Option(
    name: .customLong("for"),
    help: ArgumentHelp(
      "Print only addresses that this client may use, see iopmem-check(8).", valueName: "function"))
  var function: FunctionArgument?

  @Option(
    help: ArgumentHelp(
      "Where the client's IOMMU domain has byte 0 of the BAR.", valueName: "addr"))
  var iovaBase: AddressArgument?

  func validate() throws {
    if iovaBase != nil && function == nil { throw ValidationError("--iova-base needs --for.") }
  }

  /// The addressing of the client, if one was named.
  /// - Parameter addressBits: how many it drives, if it has no driver to tell.
  func addressing(in root: SystemRoot, addressBits: UInt8?) -> ClientAddressing? {
    function.map {
      ClientAddressing(
        for: Client($0.address, addressBits: addressBits), iovaBase: iovaBase?.value, in: root)
    }
  }
}
