public import Linux
public import SystemPackage

/// The PCI tree: each function with the bridges above it, up to its root bus.
public struct Topology: Sendable {
  /// The functions that are known, by name.
  public let nodes: [FunctionAddress: Node]
  /// All that was read of the one function that was to be kept; nil where there is none.
  public let kept: Function?
  /// The first function of each root bus, which stands for its host bridge.
  private let first: [String: FunctionAddress]

  /// A machine of these functions.
  public init(_ nodes: [Node]) {
    self.nodes = Dictionary(nodes.map { ($0.address, $0) }) { first, _ in first }
    first = Self.first(of: nodes.map { ($0.address, $0.parent, $0.rootBus) })
    kept = nil
  }

  /// Reads a machine's functions.
  /// - Parameters:
  ///   - wanted: those asked about, which are read with the bridges above them and their host
  ///     bridges; nil for every function.
  ///   - keptAddress: the one of which `kept` keeps all.
  /// - Throws: when all are wanted, and the machine's list of functions cannot be read.
  public init(
    of wanted: [FunctionAddress]? = nil, keeping keptAddress: FunctionAddress? = nil,
    in root: SystemRoot
  ) throws(Errno) {
    let locations =
      if let wanted { Self.locations(of: wanted, in: root) } else { try Self.locations(in: root) }
    let first = Self.first(of: locations.values.map { ($0.address, $0.parent, $0.rootBus) })
    var asked = wanted ?? Array(locations.keys)
    asked += asked.compactMap { locations[$0].flatMap { first[$0.rootBus] } }
    var nodes: [FunctionAddress: Node] = [:]
    var kept: Function?
    for function in asked {
      var unread: [Location] = []
      var next: FunctionAddress? = function
      while let address = next, nodes[address] == nil, unread.count < locations.count,
        let location = locations[address]
      {
        unread.append(location)
        next = location.parent
      }
      // From the top down: to read a function's configuration wakes the bridge above it up.
      for location in unread.reversed() {
        // One that goes away meanwhile is missing, and no way leads over it.
        guard let function = try? Function(location, in: root) else { continue }
        nodes[location.address] = Node(location, function, in: root)
        if location.address == keptAddress { kept = function }
      }
    }
    self.first = first
    self.nodes = nodes
    self.kept = kept
  }

  /// The most functions that hang one below another: each has a bus of its own, and a domain has
  /// 256 (PCI Local Bus Specification 3.0, section 3.2.2.3).
  public static let deepest = 256

  /// A function and the bridges above it, up to its root bus; nil when one of them is not known,
  /// and when they are more than `deepest`, or run in a circle.
  public func chain(from address: FunctionAddress) -> [Node]? {
    var chain: [Node] = []
    var next: FunctionAddress? = address
    while let address = next {
      guard chain.count < Self.deepest, let node = nodes[address] else { return nil }
      chain.append(node)
      next = node.parent
    }
    return chain
  }

  /// Whether more functions hang one above another than any machine has, or they run in a circle.
  public func isTooDeep(_ address: FunctionAddress) -> Bool {
    var next: FunctionAddress? = address
    for _ in 0..<Self.deepest {
      guard let node = next.flatMap({ nodes[$0] }) else { return false }
      next = node.parent
    }
    return next != nil
  }

  /// The function that stands for a root bus's host bridge in the kernel's list: the first one,
  /// if it is 00.0 or a root port (`pci_host_bridge_dev`, drivers/pci/p2pdma.c).
  public func host(of rootBus: String) -> Host {
    guard let address = first[rootBus], let node = nodes[address] else { return .none }
    if address.device == 0 && address.function == 0 { return .first(node) }
    if let type = node.portType { return type == .rootPort ? .port(node) : .none }
    // A bridge whose capabilities were not read may be a root port.
    return node.isPCIBridge && node.accessControl == .unseen ? .unseen(node) : .none
  }

  /// What stands for a host bridge.
  public enum Host: Sendable, Hashable {
    /// The function 00.0.
    case first(Node)
    /// A root port at another location.
    case port(Node)
    /// It may be a root port, and cannot be seen.
    case unseen(Node)
    /// Nothing that the kernel would take.
    case none
  }

  private static func first(
    of locations: [(FunctionAddress, FunctionAddress?, String)]
  ) -> [String: FunctionAddress] {
    var first: [String: FunctionAddress] = [:]
    for (address, parent, rootBus) in locations where parent == nil {
      first[rootBus] = min(first[rootBus] ?? address, address)
    }
    return first
  }
}
