import TestSupport

/// What a device keeps when the power goes: all that a flush has made last, and of what came behind that
/// flush any part, since a device may keep it in any order.
struct PowerCut: Hashable, CustomStringConvertible {
  /// How many of the writes are kept for sure.
  let lasting: Int
  /// Which of those behind them are kept, too.
  let kept: [Int]

  var description: String { "cut behind write \(lasting), with \(kept) kept" }

  /// Cuts at each moment at which the device kept everything, or nothing without a flush; and others, drawn.
  /// - Parameter count: how many are wanted; there may not be so many.
  static func drawn(
    _ count: Int, of writes: [DeviceWrite], _ numbers: inout SplitMix64
  ) -> [PowerCut] {
    /// The writes behind each flush, and how many came before them.
    var spans: [(lasting: Int, behind: [Int])] = [(0, [])]
    for (index, write) in writes.enumerated() {
      switch write {
      case .flush: spans.append((index + 1, []))
      case .bytes: spans[spans.count - 1].behind.append(index)
      }
    }
    var cuts = Set(
      spans.flatMap { span in
        (0...span.behind.count).map {
          PowerCut(lasting: span.lasting, kept: Array(span.behind.prefix($0)))
        }
      })
    // Where few are wanted any are as good.
    if cuts.count > count {
      return cuts.sorted().shuffled(using: &numbers).prefix(count).sorted()
    }
    var misses = 0
    while cuts.count < count, misses < 100_000, let span = spans.randomElement(using: &numbers) {
      let kept = span.behind.filter { _ in Bool.random(using: &numbers) }
      if !cuts.insert(PowerCut(lasting: span.lasting, kept: kept)).inserted { misses += 1 }
    }
    return cuts.sorted()
  }
}

extension PowerCut: Comparable {
  static func < (left: PowerCut, right: PowerCut) -> Bool {
    left.lasting != right.lasting
      ? left.lasting < right.lasting : left.kept.lexicographicallyPrecedes(right.kept)
  }
}
