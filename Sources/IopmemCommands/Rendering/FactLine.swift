internal import Linux

/// A line of facts, two spaces apart, with a name before each; further lines are set in where a line
/// is too short for them all.
struct FactLine {
  private let columns: Int?
  private var used = 0

  /// - Parameter columns: how many a line has; nil where lines may have any length.
  init(columns: Int?) { self.columns = columns }

  /// Adds a fact.
  mutating func add(
    _ bytes: inout [UInt8], _ name: StaticString? = nil, _ render: (inout [UInt8]) -> Void
  ) {
    let start = bytes.count
    if used > 0 { bytes.append("  ") }
    if let name {
      bytes.append(name)
      bytes.append(" ")
    }
    render(&bytes)
    guard let columns else { return used = 1 }
    let width = TextWidth.columns(of: String(decoding: bytes[start...], as: UTF8.self))
    if used > 2 && used + width > columns {
      bytes.insert(UInt8(ascii: "\n"), at: start)
      used = width
    } else {
      used += width
    }
  }
}
