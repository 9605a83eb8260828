public import Linux
public import PCI

/// Which PCI function is meant: its address, or what it is.
public enum FunctionName: Hashable, Sendable, CustomStringConvertible {
  /// The function of this address.
  case address(FunctionAddress)
  /// The one that fits.
  case match(FunctionMatch)

  /// As it is written.
  public var description: String {
    switch self {
    case .address(let address): address.description
    case .match(let match): match.description
    }
  }

  /// The address, which a function need not have.
  /// - Throws: as `FunctionMatch.resolve` does.
  public func resolve(in root: SystemRoot) throws(Failure) -> FunctionAddress {
    switch self {
    case .address(let address): address
    case .match(let match): try match.resolve(in: root)
    }
  }
}
