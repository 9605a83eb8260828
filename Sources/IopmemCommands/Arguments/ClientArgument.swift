internal import ArgumentParser
internal import Iopmem

/// A client as an argument: a PCI function, or the name of what it drives, as `nvme0`.
struct ClientArgument: ExpressibleByArgument, Hashable {
  /// The client's name.
  let name: ClientName

  init?(argument: String) {
    guard let name = ClientName(argument) else {
      AcceptedForm.tell("a PCI function, as 0000:03:00.0, or the name of what it drives, as nvme0")
      return nil
    }
    self.name = name
  }

  static let defaultCompletionKind = CompletionKind.clients
}
