internal import Iopmem
internal import Linux

/// One line on a terminal that says how far the work is, once it takes long.
final class ProgressLine {
  private let start = ContinuousClock.now
  private var shown: ContinuousClock.Instant?
  private let isTerminal = Output.standardError().isTerminal

  /// Shows how far it is, at most ten times a second.
  func show(_ done: ByteCount, _ total: ByteCount) {
    guard isTerminal, total > .zero else { return }
    let now = ContinuousClock.now
    guard now - (shown ?? start) > (shown == nil ? .seconds(1) : .milliseconds(100)) else { return }
    shown = now
    // Hundredths of the total, without the product that could overflow.
    let percent = min(100, done.rawValue / max(1, total.rawValue / 100))
    write("\r\(percent) % of \(total.rawValue >> 20) MiB")
  }

  /// Clears the line.
  func end() { if shown != nil { write("\r\u{1B}[K") } }

  /// Writes to the terminal. A failure loses the progress line, and not the work.
  private func write(_ text: String) {
    var output = Output.standardError()
    try? output.write(text)
  }
}
