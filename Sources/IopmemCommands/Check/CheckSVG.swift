internal import Iopmem
internal import PCI
internal import SystemPackage

extension Check {
  /// The tree as a picture: SVG 1.1, with the ways that requests take drawn over it.
  var svg: String {
    let rows = pictureRows
    let rowNumbers = Dictionary(rows.enumerated().map { ($1.name, $0) }) { first, _ in first }
    let routes = verdicts.filter { $0.answer.code == nil }.compactMap(\.route)
    let passed = routes.flatMap(\.hops).map(\.address.description)
    let crossed = routes.filter(\.leadsThroughHost).flatMap(\.hops).map(\.rootBus)
    let ways = Set(passed + crossed)
    let width = 24 + (rows.map { $0.depth * 28 + $0.text.count * 8 + 24 }.max() ?? 0)
    var text = """
      <svg xmlns="http://www.w3.org/2000/svg" width="\(width)" height="\(rows.count * 36 + 20)" \
      font-family="monospace" font-size="13">
      <title>\(XML.escaped("Ways to " + (readiness.target?.provider.description ?? "the device")))</title>
      <rect width="100%" height="100%" fill="white"/>

      """
    for (number, row) in rows.enumerated() {
      let (x, y) = (12 + row.depth * 28, 12 + number * 36)
      let isOnWay = ways.contains(row.name)
      if let parent = row.parent, let above = rowNumbers[parent] {
        let isPassed = isOnWay && ways.contains(parent)
        text += """
          <path d="M\(x - 14) \(12 + above * 36 + 26)V\(y + 13)H\(x)" fill="none" \
          stroke="\(isPassed ? "#0550ae" : "#8c959f")" stroke-width="\(isPassed ? 3 : 1)"/>

          """
      }
      text += """
        <rect x="\(x)" y="\(y)" width="\(row.text.count * 8 + 16)" height="26" rx="5" \
        fill="\(row.color)" stroke="\(isOnWay ? "#0550ae" : "#57606a")"/>
        <text x="\(x + 8)" y="\(y + 18)" xml:space="preserve">\(XML.escaped(row.text))</text>

        """
    }
    return text + "</svg>\n"
  }

  /// A box of the picture.
  private struct PictureRow {
    let name: String
    let parent: String?
    let depth: Int
    let text: String
    let color: String
  }

  /// The boxes from the top down, each function's below it.
  private var pictureRows: [PictureRow] {
    let drawn = DrawnTree(self)
    var rows: [PictureRow] = []
    func add(_ children: [Node], below parent: String, depth: Int) {
      for node in children {
        let name = node.address.description
        rows.append(
          PictureRow(
            name: name, parent: parent, depth: depth,
            text: ([name] + drawn.marks(of: node)).joined(separator: "  "),
            color: Self.color(of: node, in: drawn)))
        add(drawn.below(node), below: name, depth: depth + 1)
      }
    }
    for bus in drawn.rootBuses {
      let isTurning = drawn.turningBuses.contains(bus)
      let name = QuotedName(Array(bus.utf8)).text
      rows.append(
        PictureRow(
          name: bus, parent: nil, depth: 0, text: isTurning ? name + "  turning point" : name,
          color: isTurning ? "#fff8c5" : "#f6f8fa"))
      add(drawn.onRootBus(bus), below: bus, depth: 1)
    }
    return rows
  }

  /// Blue for the provider, green for a client with an address, red for one without, yellow where
  /// requests turn.
  private static func color(of node: Node, in drawn: DrawnTree) -> String {
    if node.address == drawn.provider { return "#ddf4ff" }
    if let verdict = drawn.verdicts(of: node).first {
      return verdict.answer.code == nil ? "#dafbe1" : "#ffebe9"
    }
    return drawn.turningPoints.contains(node.address) ? "#fff8c5" : "#f6f8fa"
  }
}
