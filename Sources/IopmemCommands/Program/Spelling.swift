/// Words that were written much like others.
enum Spelling {
  /// The word that takes the fewest changes, two at most and not all of its letters; the first of
  /// several. No word of 64 bytes or more is like any: what a hostile text has takes no time.
  static func nearest(to word: String, in words: [String]) -> String? {
    guard word.utf8.count < 64 else { return nil }
    return words.map { ($0, distance(Array(word.utf8), Array($0.utf8))) }
      .filter { $0.1 <= 2 && $0.1 < $0.0.utf8.count }.min { $0.1 < $1.1 }?.0
  }

  /// How many bytes must be put in, taken out, changed, or exchanged with the next: the distance of
  /// Damerau and Levenshtein, with no byte changed twice.
  static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
    var before: [Int] = []
    var above = Array(0...right.count)
    for (row, byte) in left.enumerated() {
      var line = [row + 1]
      for (column, other) in right.enumerated() {
        var cost = min(
          line[column] + 1, above[column + 1] + 1, above[column] + (byte == other ? 0 : 1))
        if row > 0, column > 0, byte == right[column - 1], left[row - 1] == other {
          cost = min(cost, before[column - 1] + 1)
        }
        line.append(cost)
      }
      (before, above) = (above, line)
    }
    return above[right.count]
  }
}
