internal import Linux

/// What text may look like where it is shown.
struct Terminal {
  /// How many columns a line has.
  let columns: Int
  /// Whether colours are wanted.
  let hasColors: Bool

  /// Where standard output goes. What is no terminal has the columns that COLUMNS says, or 80, and
  /// no colours; NO_COLOR (no-color.org) takes them from a terminal too.
  static var standardOutput: Terminal {
    let output = Output.standard()
    let told = Process.variable("COLUMNS").flatMap { Int($0) } ?? output.terminalColumns ?? 80
    return Terminal(
      columns: min(max(told, 40), 1000),
      hasColors: output.isTerminal && (Process.variable("NO_COLOR") ?? "").isEmpty)
  }
}
