internal import Iopmem
internal import Linux
internal import Synchronization

/// One line on a terminal that says how far the work is, once it takes long.
final class ProgressLine: Sendable {
  private let start = ContinuousClock.now
  private let shown = Mutex<ContinuousClock.Instant?>(nil)
  private let isTerminal = Output.standardError().isTerminal

  /// Shows how far it is, at most ten times a second.
  func show(_ done: ByteCount, _ total: ByteCount) {
    guard isTerminal, total > .zero else { return }
    let now = ContinuousClock.now
    let isDue = shown.withLock { shown in
      guard now - (shown ?? start) > (shown == nil ? .seconds(1) : .milliseconds(100)) else {
        return false
      }
      shown = now
      return true
    }
    guard isDue else { return }
    write("\r" + Self.text(done, of: total, after: now - start) + "\u{1B}[K")
  }

  /// How far it is, how fast it went so far, and how long the rest takes at that rate.
  static func text(_ done: ByteCount, of total: ByteCount, after time: Duration) -> String {
    // Hundredths of the total, without the product that could overflow.
    let percent = min(100, done.rawValue / max(1, total.rawValue / 100))
    let text = "\(percent) % of \(BinaryUnits.rounded(total))"
    let rate = Double(done.rawValue) / max(0.001, time / .seconds(1))
    // As a number of bytes it has room for the fastest memory, and then some.
    guard rate >= 1, rate < 1e18 else { return text }
    let speed = "\(text), \(BinaryUnits.rounded(ByteCount(UInt64(rate))))/s"
    let left = (Double(total.rawValue) - Double(done.rawValue)) / rate
    guard left >= 0, left < 100 * 3600 else { return speed }
    let seconds = Int(left.rounded(.up))
    return "\(speed), \(Self.clock(seconds)) left"
  }

  /// `M:SS`, or `H:MM:SS` from an hour on.
  private static func clock(_ seconds: Int) -> String {
    let two = { (number: Int) in number < 10 ? "0\(number)" : "\(number)" }
    let (hours, minutes) = (seconds / 3600, seconds / 60 % 60)
    let end = two(seconds % 60)
    return hours > 0 ? "\(hours):\(two(minutes)):\(end)" : "\(minutes):\(end)"
  }

  /// Clears the line.
  func end() {
    let wasShown = shown.withLock { shown in
      defer { shown = nil }
      return shown != nil
    }
    if wasShown { write("\r\u{1B}[K") }
  }

  /// Writes to the terminal. A failure loses the progress line, and not the work.
  private func write(_ text: String) {
    var output = Output.standardError()
    try? output.write(text)
  }
}
