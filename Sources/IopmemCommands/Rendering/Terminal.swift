internal import Linux

/// What text may look like where it is shown.
struct Terminal {
  /// How many columns a line has.
  let columns: Int
  /// Beyond how many columns lines are cut; nil where that loses something: the output goes to a
  /// file or a program, and COLUMNS says nothing else.
  var limit: Int?
  /// Whether colours are wanted.
  let hasColors: Bool

  /// Where standard output goes. What is no terminal has the columns that COLUMNS says, or 80, and
  /// no colours; NO_COLOR (no-color.org) takes them from a terminal too.
  static var standardOutput: Terminal {
    let output = Output.standard()
    let told = Process.variable("COLUMNS").flatMap { Int($0) } ?? output.terminalColumns
    let columns = told.map { min(max($0, 40), 1000) }
    return Terminal(
      columns: columns ?? 80, limit: columns ?? (output.isTerminal ? 80 : nil),
      hasColors: output.isTerminal && (Process.variable("NO_COLOR") ?? "").isEmpty)
  }
}
