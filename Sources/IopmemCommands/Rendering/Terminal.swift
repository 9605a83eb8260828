internal import Linux

/// What text may look like where it is shown.
struct Terminal {
  /// How many columns a line has; nil where lines may have any length.
  let columns: Int?
  /// Whether colours are wanted.
  let hasColors: Bool
  /// Whether lines can be drawn with the characters for boxes.
  let hasBoxes: Bool

  init(columns: Int?, hasColors: Bool = false, hasBoxes: Bool = true) {
    self.columns = columns
    self.hasColors = hasColors
    self.hasBoxes = hasBoxes
  }

  /// Where standard output goes: a line has the columns that COLUMNS says, or else the terminal; what
  /// is no terminal takes lines of any length.
  static var standardOutput: Terminal { Terminal(Output.standard(), told: Self.told) }

  /// Where standard error goes. COLUMNS counts for a terminal alone: what reads messages elsewhere
  /// finds one a line.
  static var standardError: Terminal {
    let output = Output.standardError()
    return Terminal(output, told: output.isTerminal ? Self.told : nil)
  }

  /// NO_COLOR (no-color.org) takes colours from a terminal.
  private init(_ output: borrowing Output, told: Int?) {
    let isTerminal = output.isTerminal
    self.init(
      columns: (told ?? output.terminalColumns).map { min(max($0, 40), 1000) }
        ?? (isTerminal ? 80 : nil),
      hasColors: isTerminal && Process.variable("NO_COLOR") == nil,
      hasBoxes: Self.isUTF8)
  }

  private static var told: Int? { Process.variable("COLUMNS").flatMap { Int($0) } }

  /// Whether the locale's characters are those of UTF-8: locale(7).
  private static var isUTF8: Bool {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap(Process.variable).first ?? ""
    let name = locale.lowercased()
    return name.hasSuffix("utf-8") || name.hasSuffix("utf8")
  }

  /// Sets a colour of select graphic rendition, ECMA-48, around a text, where colours are wanted.
  func colored(_ text: String, _ rendition: Rendition) -> String {
    hasColors ? "\u{1B}[\(rendition.rawValue)m\(text)\u{1B}[0m" : text
  }

  /// How a text stands out.
  enum Rendition: String {
    case bold = "1"
    case red = "1;31"
    case green = "32"
    case yellow = "33"
  }
}
