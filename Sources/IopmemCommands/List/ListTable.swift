internal import Iopmem
internal import Linux

/// The devices as rows, partitions below their disk.
struct ListTable {
  private let columns: [ListColumn]
  private let rows: [[ListCell]]
  private let hasHeading: Bool

  /// - Parameters:
  ///   - hasTree: whether lines lead from disks to partitions.
  ///   - isExact: whether sizes are in bytes.
  ///   - hasBoxes: whether the lines are drawn with the characters for boxes.
  init(
    _ columns: [ListColumn], _ entries: [Inventory.Entry], hasTree: Bool, hasHeading: Bool,
    isExact: Bool, hasBoxes: Bool = true
  ) {
    self.columns = columns
    self.hasHeading = hasHeading
    rows = entries.enumerated().map { index, entry in
      let isLast = entries[(index + 1)...].first?.device.isPartition != true
      let lines = hasBoxes ? (last: "└─", other: "├─") : (last: "`-", other: "|-")
      let branch = hasTree && entry.device.isPartition ? (isLast ? lines.last : lines.other) : ""
      return columns.map { column in
        let cell = entry.cell(column, isExact: isExact)
        return column == .name ? cell.prefixed(by: branch) : cell
      }
    }
  }

  /// Cells one space apart; what a cell holds cannot be taken for a space, a line's end or a mark.
  var raw: String {
    let heading = hasHeading ? [columns.map(\.rawValue)] : []
    return (heading + rows.map { $0.map(\.raw) }).map { $0.joined(separator: " ") + "\n" }.joined()
  }

  /// A table whose lines are no longer than a limit: names are cut, and then the last columns left
  /// out, of which the first stays.
  /// - Parameter limit: columns of a terminal; nil for none.
  /// - Returns: the lines, and the columns that have no place.
  func fitting(_ limit: Int?) -> (String, [ListColumn]) {
    var widths = columns.indices.map { column in
      let title = hasHeading ? columns[column].rawValue.utf8.count : 0
      return max(title, rows.map { TextWidth.columns(of: $0[column].text) }.max() ?? 0)
    }
    let shortest = zip(columns, widths).map { column, width in
      column.canBeCut ? min(width, max(column.rawValue.utf8.count, 8)) : width
    }
    func total(_ widths: some Collection<Int>) -> Int {
      widths.reduce(0, +) + 2 * (widths.count - 1)
    }
    var shown = columns.count
    if let limit {
      while shown > 1, total(shortest.prefix(shown)) > limit { shown -= 1 }
      while total(widths.prefix(shown)) > limit {
        let cut = (0..<shown).filter { widths[$0] > shortest[$0] }.max { widths[$0] < widths[$1] }
        guard let cut else { break }
        widths[cut] -= 1
      }
    }
    var table = TextTable(
      columns.prefix(shown).map { .init($0.rawValue, isRight: $0.isRight) }, hasHeading: hasHeading)
    for row in rows {
      table.append(zip(row, widths).prefix(shown).map { $0.text.cut(to: $1) })
    }
    return (table.text, Array(columns[shown...]))
  }
}

extension String {
  /// The text, or as much of it as a number of terminal columns holds, with `…` for the rest.
  fileprivate func cut(to columns: Int) -> String {
    guard TextWidth.columns(of: self) > columns else { return self }
    var kept = String.UnicodeScalarView()
    var rest = columns - 1
    for scalar in unicodeScalars {
      rest -= TextWidth.columns(of: String(scalar))
      guard rest >= 0 else { break }
      kept.append(scalar)
    }
    return String(kept) + "…"
  }
}
