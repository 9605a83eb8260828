internal import Linux

extension CheckPicture {
  /// The picture as SVG 1.1.
  var svg: String {
    let rows = boxes.map { SVGRow($0) }
    var tops: [Int] = []
    var y = 44
    for row in rows {
      tops.append(y)
      y += row.height + Self.gap
    }
    let legend = svgLegend(below: y + 6)
    let texts =
      [24 + heading.count * Self.column, legend.width] + rows.map { $0.x + $0.width + 12 }
    var text = """
      <svg xmlns="http://www.w3.org/2000/svg" width="\(texts.max() ?? 0)" height="\(legend.bottom)" \
      font-family="monospace" font-size="13">
      <title>\(XML.escaped(heading))</title>
      <rect width="100%" height="100%" fill="white"/>
      <text x="12" y="26" font-weight="bold">\(XML.escaped(heading))</text>

      """
    // What is passed is drawn over what is not.
    for way in [nil, .ends, .arrives] as [Way?] {
      for (index, row) in rows.enumerated() where row.box.way == way {
        guard let parent = row.box.parent else { continue }
        text += line(
          from: (rows[parent].x + 14, tops[parent] + rows[parent].height),
          to: (row.x, tops[index] + 13), way)
      }
    }
    for (row, top) in zip(rows, tops) { text += row.text(top) }
    return text + legend.text + "</svg>\n"
  }

  fileprivate static let column = 8
  fileprivate static let gap = 12

  private func line(from start: (x: Int, y: Int), to end: (x: Int, y: Int), _ way: Way?) -> String {
    """
    <path d="M\(start.x) \(start.y)V\(end.y)H\(end.x)" fill="none" \(Self.stroke(of: way))/>

    """
  }

  private static func stroke(of way: Way?) -> String {
    switch way {
    case nil: "stroke=\"\(PictureTone.plain.line)\""
    case .arrives?: "stroke=\"\(PictureTone.good.line)\" stroke-width=\"3\""
    case .ends?:
      "stroke=\"\(PictureTone.bad.line)\" stroke-width=\"3\" stroke-dasharray=\"6 3\""
    }
  }

  private func svgLegend(below top: Int) -> (text: String, width: Int, bottom: Int) {
    let signs = legendOfSigns()
    var lines = signs.map { $0.svg(x: 12) }
    for way in ways {
      lines.append { y in
        "<path d=\"M12 \(y - 5)h30\" \(Self.stroke(of: way))/>"
          + Line(text: way.meaning, tone: way.tone).svg(x: 50)(y)
      }
    }
    let texts = signs.map(\.text) + ways.map(\.meaning)
    let text = lines.enumerated().map { $1(top + 14 + $0 * 18) + "\n" }.joined()
    let width = texts.map { 62 + $0.count * Self.column }.max() ?? 0
    return (text, width, top + lines.count * 18 + 8)
  }
}

/// A box with its lines.
private struct SVGRow {
  let box: CheckPicture.Box
  private let lines: [CheckPicture.Line]

  init(_ box: CheckPicture.Box) {
    self.box = box
    lines = box.lines()
  }

  var x: Int { 12 + box.depth * 28 }
  var height: Int { lines.count * 17 + 9 }
  var width: Int {
    (lines.map { TextWidth.columns(of: $0.text) }.max() ?? 0) * CheckPicture.column + 16
  }

  func text(_ top: Int) -> String {
    """
    <rect x="\(x)" y="\(top)" width="\(width)" height="\(height)" rx="5" \
    fill="\(box.tone.fill)" stroke="\(box.tone.line)"/>

    """ + lines.enumerated().map { $1.svg(x: x + 8)(top + 18 + $0 * 17) + "\n" }.joined()
  }
}

extension CheckPicture.Line {
  /// The line at a place.
  fileprivate func svg(x: Int) -> (_ y: Int) -> String {
    { y in
      let weight = isBold ? " font-weight=\"bold\"" : ""
      return """
        <text x="\(x)" y="\(y)" fill="\(tone.line)"\(weight) xml:space="preserve">\
        \(XML.escaped(text))</text>
        """
    }
  }
}
