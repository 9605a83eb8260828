public import PCI

/// The way between two functions, and who on it is asked about access control:
/// `calc_map_type_and_dist`, drivers/pci/p2pdma.c.
public struct Route: Sendable, Hashable {
  /// The client and every bridge above it.
  public let clientChain: [Node]
  /// The provider and every bridge above it.
  public let providerChain: [Node]
  /// How many of the client's chain are below the nearest function that both chains have.
  private let clientSteps: Int
  /// How many of the provider's chain are.
  private let providerSteps: Int

  /// The way between the functions that two chains begin with; nil when either has none.
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

  /// How many steps it is from one to the other over what they have in common: 0 for a function
  /// and itself, 2 for functions of one bus, 4 below two ports of one switch.
  public var distance: Int { clientSteps + providerSteps }

  /// Whose access control counts, in the order in which the kernel looks: the provider and what is
  /// above it up to the function in common, that included, then the client and what is above it
  /// below that one.
  public var checked: [Node] {
    Array(providerChain.prefix(providerSteps + 1) + clientChain.prefix(clientSteps))
  }

  /// Those that send peers' traffic upstream; none where nothing is in common, since all of it goes
  /// there.
  public var redirecting: [Node] {
    common == nil ? [] : checked.filter { !$0.accessControl.redirects.isEmpty }
  }

  /// Those of whom it cannot be seen, where that decides the way: not where it leads through the
  /// host bridge whatever they do.
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
