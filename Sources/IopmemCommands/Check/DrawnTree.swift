internal import Iopmem
internal import PCI

/// The functions on the routes between provider and clients, with the role of each in the check;
/// built once, since a machine can have many functions.
struct DrawnTree {
  /// The functions, in the order of their names.
  let nodes: [Node]
  /// The names of the root buses, in order.
  let rootBuses: [String]
  /// The root buses at whose host bridge a request turns.
  let turningBuses: Set<String>
  /// The functions at which a request turns.
  let turningPoints: Set<FunctionAddress>
  /// The provider, and the clients with their verdicts.
  let provider: FunctionAddress?
  private let verdicts: [FunctionAddress: [Verdict]]
  private let children: [FunctionAddress?: [Node]]

  init(_ check: Check) {
    let routes = check.verdicts.compactMap(\.route)
    var drawn: [FunctionAddress: Node] = [:]
    for route in routes {
      for node in route.clientChain + route.providerChain { drawn[node.address] = node }
    }
    nodes = drawn.values.sorted { $0.address < $1.address }
    rootBuses = Set(nodes.map(\.rootBus)).sorted()
    turningBuses = Set(
      routes.filter(\.leadsThroughHost).flatMap {
        [$0.clientChain[0].rootBus, $0.providerChain[0].rootBus]
      })
    turningPoints = Set(routes.compactMap { $0.turningPoint?.address })
    provider = check.readiness.target?.provider
    verdicts = Dictionary(grouping: check.verdicts, by: \.client)
    children = Dictionary(grouping: nodes, by: \.parent)
  }

  /// What hangs below a function.
  func below(_ node: Node) -> [Node] { children[node.address] ?? [] }

  /// What hangs on a root bus.
  func onRootBus(_ name: String) -> [Node] {
    (children[nil] ?? []).filter { $0.rootBus == name }
  }

  /// The verdicts of a client; none of another function.
  func verdicts(of node: Node) -> [Verdict] { verdicts[node.address] ?? [] }

  /// What a function is to the check: provider, client with its answer, turning point.
  func marks(of node: Node) -> [String] {
    var marks: [String] = []
    if node.address == provider { marks.append("provider") }
    for verdict in verdicts(of: node) { marks.append("client: \(verdict.answer.rawValue)") }
    if turningPoints.contains(node.address) { marks.append("turning point") }
    let redirects = node.accessControl.redirects.names
    if !redirects.isEmpty { marks.append("ACS " + redirects.joined(separator: " ")) }
    if node.accessControl == .unseen { marks.append("ACS unseen") }
    return marks
  }
}
