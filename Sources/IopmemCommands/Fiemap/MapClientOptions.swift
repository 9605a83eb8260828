internal import ArgumentParser
internal import Iopmem
internal import Linux
internal import PCI

/// The client that the addresses are for.
struct MapClientOptions: ParsableArguments {
  @Option(
    name: .customLong("for"),
    help: ArgumentHelp(
      "Print only addresses that this client may use, see iopmem-check(8).", valueName: "client"))
  var client: ClientArgument?

  @Option(
    help: ArgumentHelp(
      "Where the client's IOMMU domain has byte 0 of the BAR.", valueName: "addr"))
  var iovaBase: AddressArgument?

  func validate() throws {
    if iovaBase != nil && client == nil { throw ValidationError("--iova-base needs --for.") }
  }

  /// The function that was named; nil where none was.
  func function(in root: SystemRoot) throws(Failure) -> FunctionAddress? {
    try client?.name.resolve(in: root)
  }

  /// The addressing of a client, if one was named.
  /// - Parameter addressBits: how many it drives, if it has no driver to tell.
  func addressing(
    of function: FunctionAddress?, in root: SystemRoot, addressBits: UInt8?
  ) -> ClientAddressing? {
    function.map {
      ClientAddressing(
        for: Client($0, addressBits: addressBits), iovaBase: iovaBase?.value, in: root)
    }
  }
}
