internal import ArgumentParser
internal import PCI

/// A PCI function as an argument: `0000:01:00.0`, or without its domain.
struct FunctionArgument: ExpressibleByArgument, Hashable {
  /// The function.
  let address: FunctionAddress

  init?(argument: String) {
    guard let address = FunctionAddress(argument) else {
      AcceptedForm.tell("a PCI function, as 0000:03:00.0 or 03:00.0")
      return nil
    }
    self.address = address
  }

  static let defaultCompletionKind = CompletionKind.functions
}
