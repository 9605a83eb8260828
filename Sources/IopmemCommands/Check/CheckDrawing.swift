internal import Iopmem
internal import PCI
internal import SystemPackage

extension Check {
  /// The functions on the ways between provider and clients, each root bus with what hangs below.
  var drawn: [Node] {
    var drawn: [FunctionAddress: Node] = [:]
    for route in verdicts.compactMap(\.route) {
      for node in route.clientChain + route.providerChain { drawn[node.address] = node }
    }
    return drawn.values.sorted { $0.address < $1.address }
  }

  /// What a function is to the check: provider, client with its answer, turning point.
  func marks(of node: Node) -> [String] {
    var marks: [String] = []
    if node.address == readiness.target?.provider { marks.append("provider") }
    for verdict in verdicts where verdict.client == node.address {
      marks.append("client: \(verdict.answer.rawValue)")
    }
    if verdicts.contains(where: { $0.route?.turningPoint?.address == node.address }) {
      marks.append("turning point")
    }
    let redirects = node.accessControl.redirects.names
    if !redirects.isEmpty { marks.append("ACS " + redirects.joined(separator: " ")) }
    if node.accessControl == .unseen { marks.append("ACS unseen") }
    return marks
  }

  /// The root buses at whose host bridge a request turns.
  var turningBuses: Set<String> {
    Set(
      verdicts.compactMap(\.route).filter(\.leadsThroughHost).flatMap {
        ($0.clientChain + $0.providerChain).map(\.rootBus)
      })
  }

  /// The tree for a terminal.
  var tree: String {
    let nodes = drawn
    var text = ""
    func draw(_ children: [Node], _ indent: String) {
      for (index, node) in children.enumerated() {
        let isLast = index == children.count - 1
        let marks = marks(of: node).joined(separator: ", ")
        text += indent + (isLast ? "└─" : "├─") + node.address.description
        text += marks.isEmpty ? "\n" : "  \(marks)\n"
        draw(nodes.filter { $0.parent == node.address }, indent + (isLast ? "  " : "│ "))
      }
    }
    for bus in Set(nodes.map(\.rootBus)).sorted() {
      text += QuotedName(Array(bus.utf8)).text
      text += turningBuses.contains(bus) ? "  turning point\n" : "\n"
      draw(nodes.filter { $0.parent == nil && $0.rootBus == bus }, "")
    }
    return text
  }

  /// The tree for dot(1).
  var dot: String {
    var text = "digraph iopmem {\n  node [shape=box];\n"
    func quoted(_ name: String) -> String {
      "\"" + name.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }
    let nodes = drawn
    for bus in Set(nodes.map(\.rootBus)).sorted() {
      let isTurning = turningBuses.contains(bus)
      text += "  \(quoted(bus)) [shape=ellipse\(isTurning ? ", style=bold" : "")];\n"
    }
    for node in nodes {
      let name = node.address.description
      // Two characters to dot(1): the backslash and n that end a line of a label.
      let label = ([name] + marks(of: node)).joined(separator: "\\n")
      let isEnd =
        node.address == readiness.target?.provider
        || verdicts.contains { $0.client == node.address }
      text += "  \(quoted(name)) [label=\"\(label)\"\(isEnd ? ", style=bold" : "")];\n"
      let parent = node.parent?.description ?? node.rootBus
      text += "  \(quoted(parent)) -> \(quoted(name)) [dir=none];\n"
    }
    return text + "}\n"
  }
}
