internal import Iopmem
internal import Linux

/// A picture of a device for a terminal, and a table of what it shows.
struct OccupancyText {
  private let occupancy: Occupancy
  private let terminal: Terminal
  private let exact: Bool
  private let grid: OccupancyGrid
  private let key: OccupancyKey
  /// How wide the places are, and the space behind them.
  private let margin: Int

  /// - Parameter exact: print sizes in bytes.
  init(_ occupancy: Occupancy, _ terminal: Terminal, exact: Bool) {
    self.occupancy = occupancy
    self.terminal = terminal
    self.exact = exact
    let last = occupancy.place(of: DeviceOffset(occupancy.length.rawValue)).hex
    margin = max(10, last.count) + 2
    grid = OccupancyGrid(occupancy, columns: max(16, (terminal.columns ?? 80) - margin), rows: 16)
    key = OccupancyKey(occupancy.files, cell: ByteCount(grid.cell))
  }

  /// Picture and table.
  var text: String { title + "\n" + picture + "\n" + table + "\n" + freeRuns + notes }

  private var title: String {
    var facts = ["\(size(occupancy.length)), \(size(occupancy.total(of: .free))) free"]
    facts.append(occupancy.fileCount)
    if let leases = occupancy.leases { facts.append(leases == 1 ? "1 lease" : "\(leases) leases") }
    let place = occupancy.mountPoint.map { " on \(QuotedName($0).text)" } ?? ", not mounted"
    let name = QuotedName(occupancy.device).text
    return "\(name): \(occupancy.fileSystem)\(place): \(facts.joined(separator: ", "))\n"
  }

  private var picture: String {
    var text = ""
    if let tick = grid.tick {
      let marks = (0..<grid.columns).map { $0.isMultiple(of: tick) ? "|" : " " }.joined()
      text = Self.right("2MiB", margin - 2) + "  " + marks.trimmedEnd + "\n"
    }
    for row in 0..<grid.rows {
      let cells = grid.cells(ofRow: row).map { ($0, key.symbol($0)) }
      text += Self.right(grid.place(ofRow: row).hex, margin - 2) + "  " + line(cells) + "\n"
    }
    return text + Self.right("", margin)
      + "one cell: \(size(ByteCount(grid.cell))), shown by what most of its bytes hold\n"
  }

  /// A row of cells, with colours where they are wanted.
  private func line(_ cells: [(content: Occupancy.Content?, symbol: Character)]) -> String {
    guard terminal.hasColors else { return String(cells.map(\.symbol)).trimmedEnd }
    var text = ""
    var shown: Int?
    for cell in cells {
      let color = cell.content.flatMap(Self.color)
      if color != shown {
        text += color.map { "\u{1B}[0;30;48;5;\($0)m" } ?? "\u{1B}[0m"
        shown = color
      }
      text.append(cell.symbol)
    }
    return text + (shown == nil ? "" : "\u{1B}[0m")
  }

  /// A background of the 256 colours of xterm; nil for none.
  private static func color(_ content: Occupancy.Content) -> Int? {
    switch content {
    case .free: nil
    case .metadata, .journal: 250
    case .file(let file): [114, 117, 180, 183, 150, 216, 109, 222][file % 8]
    case .shared, .unsettled: 203
    case .other: 245
    }
  }

  private var table: String {
    var table = TextTable([
      "KEY", .init(occupancy.isInBar ? "BAR-OFFSET" : "DISK-OFFSET", isRight: true), "SIZE>",
      "PIECES>", "STATE", "HOLDS",
    ])
    for index in key.lettered {
      let file = occupancy.files[index]
      table.append([
        String(key.symbol(.file(index))), file.start.map { occupancy.place(of: $0).hex } ?? "",
        size(file.size), String(file.pieces), occupancy.states(of: file).joined(separator: ", "),
        QuotedName(file.path).text,
      ])
    }
    let lettered = Set(key.lettered)
    let rest = occupancy.files.indices.filter { !lettered.contains($0) }
    if !rest.isEmpty { table.append(row(of: rest.map { occupancy.files[$0] })) }
    for content in Occupancy.Content.kinds where occupancy.total(of: content) > .zero {
      let areas = occupancy.areas.lazy.filter { $0.content == content }.count
      table.append([
        String(key.symbol(content)), "", size(occupancy.total(of: content)), String(areas), "",
        content.sentence(in: occupancy),
      ])
    }
    return table.text
  }

  /// The files without a letter, in one row.
  private func row(of files: [OccupyingFile]) -> [String] {
    // At most the device's length for each of them; more than there can be is not shown as less.
    let (total, overflow) = files.reduce(into: (UInt64(0), false)) { sum, file in
      let (next, over) = sum.0.addingReportingOverflow(file.size.rawValue)
      sum = (next, sum.1 || over)
    }
    let pieces = files.reduce(0) { $0 + $1.pieces }
    let count = { (n: Int, what: String) in n > 0 ? ["\(n) \(what)"] : [] }
    let states =
      count(files.count { $0.pieces > 1 }, "in pieces")
      + count(files.count { occupancy.isUnaligned($0) }, "unaligned")
      + count(files.count { $0.isPinned }, "pinned") + count(files.count { $0.isLeased }, "leased")
    return [
      "+", "", overflow ? "" : size(ByteCount(total)), String(pieces),
      states.joined(separator: ", "),
      files.count == 1 ? "1 more file" : "\(files.count) more files",
    ]
  }

  private var freeRuns: String {
    let space = occupancy.freeSpace
    let largest = space.runs.sorted { $0.length > $1.length }.prefix(3).map { run in
      "\(size(run.length)) at \(occupancy.place(of: run.start).hex)"
    }
    guard !largest.isEmpty else { return "nothing is free\n" }
    var text = "largest free runs: \(largest.joined(separator: ", "))\n"
    let aligned = space.runs.compactMap { $0.aligned(to: occupancy.alignment) }
    text += "largest free run from a multiple of 2MiB on: "
    if let best = aligned.max(by: { $0.length < $1.length }) {
      text += "\(size(best.length)) at \(occupancy.place(of: best.start).hex)\n"
    } else {
      text += "none\n"
    }
    return text
  }

  /// What the words and signs above mean, as far as they stand there.
  private var notes: String {
    var notes = occupancy.notes(isExact: exact)
    if occupancy.files.contains(where: \.isPinned) { notes.insert("A capital is pinned.", at: 0) }
    guard !notes.isEmpty else { return "" }
    let lines = WrappedText(columns: terminal.columns ?? 80, indent: 0)
    return "\n" + lines.sentence(notes.joined(separator: " ")) + "\n"
  }

  private func size(_ count: ByteCount) -> String {
    exact ? String(count.rawValue) : BinaryUnits.rounded(count)
  }

  private static func right(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.count)) + text
  }
}
