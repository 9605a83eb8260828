/// A table for people: columns as wide as their widest cell, two spaces apart, `-` for nothing.
struct TextTable {
  private let titles: [String]
  /// Which columns are set to the right, as numbers are.
  private let isRight: [Bool]
  private var rows: [[String]]

  /// A table with these titles; one that ends in `>` is set to the right.
  init(_ titles: [String]) {
    isRight = titles.map { $0.hasSuffix(">") }
    self.titles = titles.map { $0.hasSuffix(">") ? String($0.dropLast()) : $0 }
    rows = []
  }

  /// Adds a row: one cell a column, empty for nothing.
  mutating func append(_ cells: [String]) {
    rows.append(cells.map { $0.isEmpty ? "-" : $0 })
  }

  /// The lines, none with spaces at its end.
  var text: String {
    let lines = [titles] + rows
    let widths = titles.indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
    return lines.map { line in
      let cells = line.indices.map { column in
        let padding = String(repeating: " ", count: widths[column] - line[column].count)
        return isRight[column] ? padding + line[column] : line[column] + padding
      }
      let text = cells.joined(separator: "  ")
      return text[..<(text.lastIndex { $0 != " " }.map(text.index(after:)) ?? text.startIndex)]
        + "\n"
    }.joined()
  }
}
