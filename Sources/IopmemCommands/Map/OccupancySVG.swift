internal import Iopmem
internal import SystemPackage

extension Occupancy {
  /// The picture as SVG 1.1: rows of the BAR, each file in a colour of its own, with what lies
  /// there as a title that browsers show at the pointer.
  var svg: String {
    let picture = OccupancyPicture(self)
    return """
      <svg xmlns="http://www.w3.org/2000/svg" width="\(picture.width)" height="\(picture.height)" \
      font-family="monospace" font-size="12">
      <title>\(XML.escaped("What lies where on \(QuotedName(device).text)"))</title>
      <rect width="100%" height="100%" fill="white"/>
      \(picture.rows)\(picture.legend)</svg>

      """
  }
}

/// The parts of the picture.
struct OccupancyPicture {
  private let occupancy: Occupancy
  private let grid: OccupancyGrid
  private let margin = 150
  private let rowHeight = 24
  /// The files of the legend, by their index.
  private let shown: [Int]
  /// What the device holds besides files, and how much: a count over all areas, taken once.
  private let kinds: [(content: Occupancy.Content, total: ByteCount)]

  init(_ occupancy: Occupancy) {
    self.occupancy = occupancy
    // So fine that a cell is a pixel, and the picture is bounded however many files there are.
    grid = OccupancyGrid(occupancy, columns: 1024, rows: 32)
    shown = OccupancyKey(occupancy.files, cell: ByteCount(grid.cell)).lettered
    kinds = Occupancy.Content.kinds.map { ($0, occupancy.total(of: $0)) }.filter { $0.1 > .zero }
  }

  var width: Int { margin + grid.columns + 20 }
  var height: Int { legendTop + (shown.count + kinds.count) * 18 + 20 }
  private var legendTop: Int { 30 + grid.rows * rowHeight + 20 }

  /// The rows with their places, and a mark at each multiple of 2 MiB.
  var rows: String {
    let scale = grid.tick == nil ? "" : "<text x=\"\(margin)\" y=\"12\">a mark: 2MiB</text>\n"
    return scale
      + (0..<grid.rows).map { row in
        let y = 20 + row * rowHeight
        return """
          <text x="\(margin - 8)" y="\(y + 14)" text-anchor="end">\(grid.place(ofRow: row).hex)</text>

          """ + runs(of: row, y) + marks(y)
      }.joined()
  }

  private func runs(of row: Int, _ y: Int) -> String {
    let cells = Array(grid.cells(ofRow: row))
    var text = ""
    var start = 0
    while start < cells.count {
      let end = cells[start...].firstIndex { $0 != cells[start] } ?? cells.count
      if let content = cells[start] {
        text += """
          <rect x="\(margin + start)" y="\(y)" width="\(end - start)" height="\(rowHeight - 4)" \
          fill="\(color(content))"\(Self.reference(content))>\
          <title>\(XML.escaped(caption(content)))</title></rect>

          """
      }
      start = end
    }
    return text
  }

  private func marks(_ y: Int) -> String {
    guard let tick = grid.tick, grid.columns / tick <= 64 else { return "" }
    return stride(from: 0, to: grid.columns, by: tick).map { column in
      """
      <path d="M\(margin + column) \(y - 3)V\(y)" stroke="#57606a"/>

      """
    }.joined()
  }

  /// What the colours mean: the kinds, and the largest files.
  var legend: String {
    let contents = shown.map { Occupancy.Content.file($0) } + kinds.map(\.content)
    return contents.enumerated().map { number, content in
      let y = legendTop + number * 18
      return """
        <rect x="\(margin)" y="\(y)" width="12" height="12" fill="\(color(content))" stroke="#57606a"/>
        <text x="\(margin + 20)" y="\(y + 11)" xml:space="preserve">\(XML.escaped(caption(content)))</text>

        """
    }.joined()
  }

  /// What a person reads of a place.
  private func caption(_ content: Occupancy.Content) -> String {
    guard case .file(let index) = content else {
      let total = kinds.first { $0.content == content }?.total ?? .zero
      return "\(content.sentence(in: occupancy)): \(BinaryUnits.rounded(total))"
    }
    let file = occupancy.files[index]
    let place = file.start.map { " at \(occupancy.place(of: $0).hex)" } ?? ""
    let states = occupancy.states(of: file).map { ", " + $0 }.joined()
    return "\(QuotedName(file.path).text): \(BinaryUnits.rounded(file.size))\(place)\(states)"
  }

  /// Files go round the colours of the circle; the file system's own is grey.
  private func color(_ content: Occupancy.Content) -> String {
    switch content {
    case .free: "#eef1f4"
    case .metadata: "#57606a"
    case .journal: "#8c959f"
    // 137 degrees apart, no two neighbours look alike; none is red.
    case .file(let file):
      "hsl(\(30 + file % 300 * 137 % 300),60%,\(occupancy.files[file].isPinned ? 45 : 70)%)"
    case .shared, .unsettled: "#cf222e"
    case .other: "#d0d7de"
    }
  }

  /// By which index a page finds the file of a rectangle.
  private static func reference(_ content: Occupancy.Content) -> String {
    if case .file(let file) = content { return " data-file=\"\(file)\"" }
    return ""
  }
}
