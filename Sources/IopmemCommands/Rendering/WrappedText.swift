internal import Linux

/// Text that goes on in further lines where a line is too short for it.
struct WrappedText {
  /// How many columns a line has; nil for one line.
  let columns: Int?
  /// How many columns the further lines are set in.
  let indent: Int

  /// The text of these pieces: as many on a line as it has room for, and none cut.
  func text(of pieces: some Sequence<some StringProtocol>, by separator: String = " ") -> String {
    var text = ""
    var used = 0
    for (number, piece) in pieces.enumerated() {
      let width = TextWidth.columns(of: Self.plain(String(piece)))
      if number == 0 {
        used = width
      } else if let columns, used + separator.count + width > columns {
        text += (separator.last == " " ? separator.trimmedEnd : separator) + "\n"
        text += String(repeating: " ", count: indent)
        used = indent + width
      } else {
        text += separator
        used += separator.count + width
      }
      text += piece
    }
    return text
  }

  /// The text without its colours, which take no columns.
  private static func plain(_ text: String) -> String {
    text.contains("\u{1B}") ? text.replacing(/\u{1B}\[[0-9;]*m/, with: "") : text
  }

  /// A sentence, broken between its words.
  func sentence(_ sentence: String) -> String { text(of: sentence.split(separator: " ")) }
}

extension String {
  /// The text without the spaces at its end.
  var trimmedEnd: String {
    String(self[..<(lastIndex { $0 != " " }.map(index(after:)) ?? startIndex)])
  }
}
