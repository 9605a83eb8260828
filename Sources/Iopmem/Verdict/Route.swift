public import PCI

/// The path of a request between two functions, and whose access control decides it:
/// `calc_map_type_and_dist`, drivers/pci/p2pdma.c.
public struct Route: Sendable, Hashable {
  /// The client and every bridge above it.
  public let clientChain: [Node]
  /// The provider and every bridge above it.
  public let providerChain: [Node]
  /// How many functions of the client's chain lie below the nearest one in both chains.
  private let clientSteps: Int
  /// How many functions of the provider's chain lie below that one.
  private let providerSteps: Int

  /// The route between the first functions of two chains; nil if a chain is empty.
  public init?(client: [Node], provider: [Node]) {
    guard !client.isEmpty, !provider.isEmpty else { return nil }
    clientChain = client
    providerChain = provider
    for (steps, node) in provider.enumerated() {
      if let other = client.firstIndex(where: { $0.address == node.address }) {
        (providerSteps, clientSteps) = (steps, other)
        return
      }
    }
    (providerSteps, clientSteps) = (provider.count, client.count)
  }

  /// The nearest function above both, or one of them; nil where they meet at the host bridge.
  public var common: Node? {
    providerChain.indices.contains(providerSteps) ? providerChain[providerSteps] : nil
  }

  /// The number of steps from one to the other through the nearest function in both chains: 0 for
  /// a function and itself, 2 for functions of one bus, 4 below two ports of one switch.
  public var distance: Int { clientSteps + providerSteps }

  /// The functions whose access control counts, in the kernel's order: the provider and what is
  /// above it up to the function in common, that included, then the client and what is above it
  /// below that one.
  public var checked: [Node] {
    Array(providerChain.prefix(providerSteps + 1) + clientChain.prefix(clientSteps))
  }

  /// The functions that redirect peers' traffic upstream; none where the chains have nothing in
  /// common, since all traffic then goes upstream.
  public var redirecting: [Node] {
    common == nil ? [] : checked.filter { !$0.accessControl.redirects.isEmpty }
  }

  /// The functions whose access control could not be read, where it decides the route; none where
  /// that leads through the host bridge anyway.
  public var unseen: [Node] {
    leadsThroughHost ? [] : checked.filter { $0.accessControl == .unseen }
  }

  /// Whether the traffic is known to go through the host bridge.
  public var leadsThroughHost: Bool { common == nil || !redirecting.isEmpty }

  /// The function at which requests turn; nil where that is the host bridge.
  public var turningPoint: Node? { leadsThroughHost ? nil : common }

  /// The functions that a request passes, the client first, the provider last.
  public var hops: [Node] {
    if leadsThroughHost { return clientChain + providerChain.reversed() }
    return clientChain.prefix(clientSteps) + providerChain.prefix(providerSteps + 1).reversed()
  }

  /// The bridges that a request passes on its way up.
  var bridgesUp: ArraySlice<Node> {
    (leadsThroughHost ? clientChain[...] : clientChain.prefix(clientSteps)).dropFirst()
  }
}
