internal import PCI

extension CheckPicture {
  /// The picture for dot(1).
  var dot: String {
    var text = """
      digraph iopmem {
        rankdir=LR;
        ranksep=0.3;
        labelloc=t;
        label=<<B>\(XML.escaped(heading))</B>>;
        fontname=monospace;
        ordering=out;
        node [shape=box, style="rounded,filled", fontname=monospace, fontsize=11, margin="0.15,0.08"];
        edge [dir=none];

      """
    for box in boxes {
      let label = box.lines(columns: 44).map(\.dot).joined()
      text += "  \(quoted(box.place.id)) [color=\"\(box.tone.line)\", "
      text += "fillcolor=\"\(box.tone.fill)\", label=<\(label)>];\n"
      guard let parent = box.parent else { continue }
      text += "  \(quoted(boxes[parent].place.id)) -> \(quoted(box.place.id))"
      text += " [\(Self.look(of: box.way))];\n"
    }
    return text + dotLegend + "}\n"
  }

  private var dotLegend: String {
    let lines =
      legendOfSigns()
      + ways.map {
        Line(text: "\($0.text()) \($0.meaning)", tone: $0.tone)
      }
    guard !lines.isEmpty else { return "" }
    return """
        legend [shape=box, style=dashed, color="\(PictureTone.plain.line)", \
      label=<\(lines.map(\.dot).joined())>];

      """
  }

  private static func look(of way: Way?) -> String {
    switch way {
    case nil: "color=\"\(PictureTone.plain.line)\""
    case .arrives?: "color=\"\(PictureTone.good.line)\", penwidth=3"
    case .ends?: "color=\"\(PictureTone.bad.line)\", penwidth=3, style=dashed"
    }
  }

  private func quoted(_ name: String) -> String {
    "\"" + name.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
  }
}

extension CheckPicture.Line {
  /// The line as dot(1) takes text with colours, which is HTML to it.
  fileprivate var dot: String {
    let escaped = XML.escaped(text)
    let text = isBold ? "<B>\(escaped)</B>" : escaped
    return "<FONT COLOR=\"\(tone.line)\">\(text)</FONT><BR ALIGN=\"LEFT\"/>"
  }
}

extension CheckPicture.Place {
  /// A name that no other box has.
  var id: String {
    switch self {
    case .host: "host"
    case .rootBus(let bus): bus
    case .function(let address): address.description
    }
  }
}
