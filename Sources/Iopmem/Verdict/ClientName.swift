public import Linux
public import PCI
internal import SystemPackage

/// Which client is meant: a PCI function by its address, or by the name of what it drives, as
/// `nvme0`, `nvme0n1`, `eth0` or `mlx5_0`.
public enum ClientName: Hashable, Sendable, CustomStringConvertible {
  /// The function of this address.
  case function(FunctionAddress)
  /// The function of an NVMe controller, a block device, a network interface or an RDMA device.
  case device(String)

  /// Where the kernel lists things by these names: folders of /sys/class.
  private static let classes = ["block", "infiniband", "net", "nvme"]

  /// The client of this writing; nil for any other.
  public init?(_ text: some StringProtocol) {
    if let address = FunctionAddress(text) {
      self = .function(address)
    } else {
      guard KernelName.isOne(text), text.first?.isLetter == true, !text.contains(":") else {
        return nil
      }
      self = .device(String(text))
    }
  }

  /// As it is written.
  public var description: String {
    switch self {
    case .function(let address): address.description
    case .device(let name): name
    }
  }

  /// The function's address.
  /// - Throws: `refused` for a name that leads to no function, or to several; `unknown` where the
  ///   machine does not show it.
  public func resolve(in root: SystemRoot) throws(Failure) -> FunctionAddress {
    switch self {
    case .function(let address): address
    case .device(let name): try Self.function(behind: name, in: root)
    }
  }

  /// The function that a device of this name hangs on.
  private static func function(
    behind name: String, in root: SystemRoot
  ) throws(Failure) -> FunctionAddress {
    let subject = FilePath(name)
    var functions: [FunctionAddress?] = []
    for list in classes {
      guard let folder = try folder(of: name, in: list, root) else { continue }
      functions.append(FunctionAddress(above: folder, in: root))
    }
    guard let first = functions.first else {
      throw Failure(
        .refused, subject,
        "is no NVMe controller, block device, network interface or RDMA device of this machine",
        remedy: "name the PCI function, see lspci(8)")
    }
    guard functions.allSatisfy({ $0 == first }) else {
      let found = functions.map { $0?.description ?? "no function" }.joined(separator: ", ")
      throw Failure(
        .refused, subject, "names several things: \(found)", remedy: "name the PCI function")
    }
    guard let function = first else {
      throw Failure(
        .refused, subject, "hangs on no PCI function of its own",
        remedy: "name the function, or the controller, as nvme0")
    }
    return function
  }

  /// The folder of a device, with every link resolved; nil where the list has no such name.
  private static func folder(
    of name: String, in list: String, _ root: SystemRoot
  ) throws(Failure) -> FilePath? {
    let names = FilePath("sys/class").appending(list)
    let link = names.appending(name)
    do { return try root.resolved(link) } catch {
      if error == .noSuchFileOrDirectory {
        do throws(Errno) {
          guard try root.names(in: names).contains(name) else { return nil }
        } catch {
          // A class that the kernel does not have has no devices.
          if error == .noSuchFileOrDirectory { return nil }
        }
      }
      throw Failure(.unknown, root.absolute(link), "cannot be followed", cause: error)
    }
  }
}

/// A client that is declared by its name.
public struct NamedClient: Sendable, Hashable {
  /// Its name.
  public let name: ClientName
  /// How many address bits its engine drives, 32 to 64; nil for what its driver has set.
  public let addressBits: UInt8?

  /// A client of these parts.
  public init(_ name: ClientName, addressBits: UInt8? = nil) {
    self.name = name
    self.addressBits = addressBits
  }

  /// The client on a machine.
  /// - Throws: as `ClientName.resolve` does.
  public func client(in root: SystemRoot) throws(Failure) -> Client {
    Client(try name.resolve(in: root), addressBits: addressBits)
  }
}
