internal import Linux

/// A line of facts, each behind its name and the spaces around that; further lines are set in where a
/// line is too short for them all.
struct FactLine {
  private let columns: Int?
  private var used = 0

  /// - Parameter columns: how many a line has; nil where lines may have any length.
  init(columns: Int?) { self.columns = columns }

  /// Adds a fact.
  /// - Parameter name: what stands between the fact before and this one, as in `"  size "`.
  mutating func add(
    _ bytes: inout [UInt8], _ name: StaticString, _ render: (inout [UInt8]) -> Void
  ) {
    let start = bytes.count
    bytes.append(name)
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
