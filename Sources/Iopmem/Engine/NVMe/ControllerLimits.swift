internal import Linux
public import PCI
public import SystemPackage

/// What an NVMe controller can take, as it tells itself: NVM Express Base Specification 2.2, "Identify
/// Controller Data Structure".
public struct ControllerLimits: Hashable, Sendable {
  /// How a controller takes SGLs: the lowest bits of SGLS.
  public enum ScatterGather: UInt32, Sendable {
    /// Not at all.
    case none = 0
    /// With any address and length.
    case anywhere = 1
    /// With multiples of 4 alone.
    case doubleWords = 2
  }

  /// The most bytes of a command; nil for any number.
  public let maxTransfer: ByteCount?
  /// How it takes SGLs.
  public let scatterGather: ScatterGather
  /// Its PCI function; nil for a controller that is none, or that does not tell.
  public let function: FunctionAddress?

  /// Asks a controller of the running machine.
  /// - Parameter name: as `nvme0`, also with `/dev/` before it.
  /// - Throws: `unknown` where it does not tell, or not what a controller would.
  public init(of name: FilePath) throws(Failure) {
    let node = FilePath("/dev").pushing(name)
    guard let last = node.lastComponent?.string, node.removingLastComponent() == "/dev",
      last.hasPrefix("nvme"), !last.dropFirst(4).isEmpty,
      last.dropFirst(4).allSatisfy({ $0.isASCII && $0.isNumber })
    else {
      throw Failure(.misuse, name, "is no NVMe controller, as nvme0 is one")
    }
    let data: [UInt8]
    do {
      data = try Descriptor(node, .readOnly).identifyController()
    } catch {
      throw Failure(
        .unknown, node, "cannot ask the controller what it can take",
        remedy: error == .noSuchFileOrDirectory ? nil : "as root, or give the limits one by one",
        cause: error)
    }
    let address = try? SystemRoot().text(FilePath("sys/class/nvme/\(last)/address"))
    try self.init(of: node, identity: data, function: address.flatMap { FunctionAddress($0) })
  }

  /// Reads what a controller told.
  ///
  /// MDTS counts in pages of CAP.MPSMIN, which Identify does not tell. They have 4096 bytes or more, so
  /// that with 4096 the limit is never too high.
  /// - Parameter data: 4096 bytes.
  init(of node: FilePath, identity data: [UInt8], function: FunctionAddress?) throws(Failure) {
    // SQES and CQES: the sizes that every controller of the kind has, 64 and 16 bytes.
    guard data.count == 4096, data[512] & 0xF == 6, data[513] & 0xF == 4 else {
      throw Self.senseless(node)
    }
    let size = data[77]
    guard size < 52, let scatterGather = ScatterGather(rawValue: UInt32(data[536] & 3)) else {
      throw Self.senseless(node)
    }
    maxTransfer = size == 0 ? nil : ByteCount(4096 << UInt64(size))
    self.scatterGather = scatterGather
    self.function = function
  }

  private static func senseless(_ node: FilePath) -> Failure {
    Failure(
      .unknown, node, "tells of itself what no NVMe controller would",
      remedy: "give the limits one by one")
  }

  /// Checks that the controller is the client that the addresses are for.
  public func require(_ client: FunctionAddress?, _ name: FilePath) throws(Failure) {
    guard let client, client != function else { return }
    throw Failure(
      .refused, name,
      "is \(function.map(\.description) ?? "no PCI function that is known"), not \(client)",
      remedy: "give the limits of the client")
  }
}
