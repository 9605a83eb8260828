internal import Iopmem

/// A device in rows of cells of one length, which begin at multiples of it counted from byte 0 of the
/// BAR.
struct OccupancyGrid {
  /// How many bytes a cell stands for: a power of two, at least 4096.
  let cell: UInt64
  /// How many cells a row has: a power of two.
  let columns: Int
  /// What most bytes of each cell hold; nil for a cell before or behind the device.
  let cells: [Occupancy.Content?]
  /// The place of the first cell's first byte.
  private let first: UInt64

  /// A grid of the largest number of columns, a power of two, that is no more than is wanted, and
  /// of no more rows than are wanted, or one more.
  init(_ occupancy: Occupancy, columns wanted: Int, rows: Int) {
    var columns = 1
    while columns * 2 <= wanted { columns *= 2 }
    let last = max(occupancy.length.rawValue, 1) - 1
    var cell: UInt64 = 4096
    while cell < 1 << 56, last / cell / UInt64(columns) >= UInt64(rows) { cell *= 2 }
    let start = occupancy.origin.rawValue
    // Rows begin at multiples of their length.
    first = start / cell / UInt64(columns) * UInt64(columns) * cell
    self.cell = cell
    self.columns = columns
    let lead = (start - first) / cell
    let before = [Occupancy.Content?](repeating: nil, count: Int(lead))
    let inside = Self.contents(of: occupancy, cell: cell, phase: (start - first) % cell)
    let rest = (columns - (before.count + inside.count) % columns) % columns
    cells = before + inside + [Occupancy.Content?](repeating: nil, count: rest)
  }

  /// How many rows there are.
  var rows: Int { cells.count / columns }

  /// How many bytes a row stands for.
  var rowLength: UInt64 { cell * UInt64(columns) }

  /// The place of a row's first byte.
  func place(ofRow row: Int) -> UInt64 { first &+ UInt64(row) * rowLength }

  /// The cells of a row.
  func cells(ofRow row: Int) -> ArraySlice<Occupancy.Content?> {
    cells[row * columns..<(row + 1) * columns]
  }

  /// How many cells apart the multiples of 2 MiB are; nil where they are too close or too far to
  /// mark.
  var tick: Int? {
    let tick = ByteCount.pmd.rawValue / cell
    return tick >= 2 && tick < UInt64(columns) ? Int(tick) : nil
  }

  /// What most bytes of each cell of the device hold.
  /// - Parameter phase: how far into its cell the device begins.
  private static func contents(
    of occupancy: Occupancy, cell: UInt64, phase: UInt64
  ) -> [Occupancy.Content] {
    var contents: [Occupancy.Content] = []
    var shares: [(content: Occupancy.Content, bytes: UInt64)] = []
    var left = cell - phase
    func finish() {
      guard let most = shares.max(by: { $0.bytes < $1.bytes }) else { return }
      contents.append(most.content)
      shares.removeAll(keepingCapacity: true)
      left = cell
    }
    for area in occupancy.areas {
      var rest = area.length.rawValue
      while rest > 0 {
        let part = min(rest, left)
        if let index = shares.firstIndex(where: { $0.content == area.content }) {
          shares[index].bytes += part
        } else {
          shares.append((area.content, part))
        }
        rest -= part
        left -= part
        if left == 0 { finish() }
      }
    }
    finish()
    return contents
  }
}
