internal import Linux

/// A table for people: columns as wide as their widest cell, two spaces apart, `-` for nothing.
struct TextTable {
  /// A column.
  struct Column: ExpressibleByStringLiteral {
    let title: String
    /// Whether cells are set to the right, as numbers are.
    let isRight: Bool
    let minimumWidth: Int

    init(_ title: String, isRight: Bool = false, minimumWidth: Int = 0) {
      self.title = title
      self.isRight = isRight
      self.minimumWidth = minimumWidth
    }

    /// A column of this title; one that ends in `>` is set to the right.
    init(stringLiteral title: String) {
      let isRight = title.hasSuffix(">")
      self.init(isRight ? String(title.dropLast()) : title, isRight: isRight)
    }
  }

  private let columns: [Column]
  private var rows: [[String]]

  /// A table of these columns.
  init(_ columns: [Column], hasHeading: Bool = true) {
    self.columns = columns
    rows = hasHeading ? [columns.map(\.title)] : []
  }

  /// Adds a row: one cell a column, empty for nothing.
  mutating func append(_ cells: [String]) {
    rows.append(cells.map { $0.isEmpty ? "-" : $0 })
  }

  /// The columns of the terminal that the longest line takes.
  var width: Int {
    text.split(separator: "\n").map { TextWidth.columns(of: String($0)) }.max() ?? 0
  }

  /// The lines, none with spaces after its last cell.
  var text: String {
    let widths = rows.map { $0.map { TextWidth.columns(of: $0) } }
    let columnWidths = columns.indices.map { column in
      max(columns[column].minimumWidth, widths.map { $0[column] }.max() ?? 0)
    }
    return zip(rows, widths).map { row, widths in
      let cells = columns.indices.map { column in
        let padding = String(repeating: " ", count: columnWidths[column] - widths[column])
        if columns[column].isRight { return padding + row[column] }
        return column == columns.count - 1 ? row[column] : row[column] + padding
      }
      return cells.joined(separator: "  ") + "\n"
    }.joined()
  }
}
