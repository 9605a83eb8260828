internal import Iopmem
internal import PCI
internal import SystemPackage

extension Check {
  /// The tree for a terminal.
  var tree: String {
    let drawn = DrawnTree(self)
    var text = ""
    // No deeper than `Topology.deepest`: of what hangs deeper there is no route.
    func draw(_ children: [Node], _ indent: String) {
      for (index, node) in children.enumerated() {
        let isLast = index == children.count - 1
        let marks = drawn.marks(of: node).joined(separator: ", ")
        text += indent + (isLast ? "└─" : "├─") + node.address.description
        text += marks.isEmpty ? "\n" : "  \(marks)\n"
        draw(drawn.below(node), indent + (isLast ? "  " : "│ "))
      }
    }
    for bus in drawn.rootBuses {
      text += QuotedName(Array(bus.utf8)).text
      text += drawn.turningBuses.contains(bus) ? "  turning point\n" : "\n"
      draw(drawn.onRootBus(bus), "")
    }
    return text
  }

  /// The tree for dot(1).
  var dot: String {
    let drawn = DrawnTree(self)
    var text = "digraph iopmem {\n  node [shape=box];\n"
    func quoted(_ name: String) -> String {
      "\"" + name.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }
    for bus in drawn.rootBuses {
      let isTurning = drawn.turningBuses.contains(bus)
      text += "  \(quoted(bus)) [shape=ellipse\(isTurning ? ", style=bold" : "")];\n"
    }
    for node in drawn.nodes {
      let name = node.address.description
      // Two characters to dot(1): the backslash and n that end a line of a label.
      let label = ([name] + drawn.marks(of: node)).joined(separator: "\\n")
      let isEnd = node.address == drawn.provider || !drawn.verdicts(of: node).isEmpty
      text += "  \(quoted(name)) [label=\"\(label)\"\(isEnd ? ", style=bold" : "")];\n"
      let parent = node.parent?.description ?? node.rootBus
      text += "  \(quoted(parent)) -> \(quoted(name)) [dir=none];\n"
    }
    return text + "}\n"
  }
}
