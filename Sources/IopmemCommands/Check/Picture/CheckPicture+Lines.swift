internal import Iopmem

extension CheckPicture {
  /// A line of text in a box, or of the legend.
  struct Line {
    let text: String
    let tone: PictureTone
    var isBold = false
  }

  /// What the signs mean that are there, for the legend.
  /// - Parameter hasSigns: whether characters beyond ASCII can be shown.
  func legendOfSigns(hasSigns: Bool = true) -> [Line] {
    signs.map { Line(text: "\($0.text(hasSigns: hasSigns)) \($0.meaning)", tone: $0.tone) }
  }

  /// The kinds of ways that are there, for the legend.
  var ways: [Way] { [.arrives, .ends].filter { way in boxes.contains { $0.way == way } } }
}

extension CheckPicture.Box {
  /// What it is to the check, with the answers: `client ✓ bus-address`.
  func title(hasSigns: Bool = true) -> String {
    ((role.map { [$0] } ?? []) + marks.map { $0.line(hasSigns: hasSigns).text })
      .joined(separator: " ")
  }

  /// What is written in the box, for a picture; lines are no wider than this many columns, if their
  /// words allow it.
  func lines(columns: Int = 64) -> [CheckPicture.Line] {
    let title = title()
    let head = CheckPicture.Line(
      text: title.isEmpty ? name : "\(name)  \(title)", tone: tone, isBold: true)
    let rest =
      (model.map { [CheckPicture.Line(text: $0, tone: .plain)] } ?? [])
      + reasons.map { $0.line() }
    let wrapped = WrappedText(columns: columns, indent: 2)
    return [head]
      + rest.flatMap { line in
        wrapped.sentence(line.text).split(separator: "\n").map {
          CheckPicture.Line(text: String($0), tone: line.tone)
        }
      }
  }
}

extension CheckPicture.Mark {
  /// The sign and the text.
  func line(hasSigns: Bool = true) -> CheckPicture.Line {
    CheckPicture.Line(text: "\(sign.text(hasSigns: hasSigns)) \(text)", tone: sign.tone)
  }
}
