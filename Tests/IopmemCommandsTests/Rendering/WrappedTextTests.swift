import Testing

@testable import IopmemCommands

/// Text on narrow terminals.
@Suite struct WrappedTextTests {
  @Test func whatHasRoomStaysOnALine() {
    #expect(WrappedText(columns: 11, indent: 2).sentence("one two six") == "one two six")
    #expect(WrappedText(columns: 10, indent: 2).sentence("one two six") == "one two\n  six")
    #expect(WrappedText(columns: nil, indent: 2).sentence("one two six") == "one two six")
  }

  @Test func furtherLinesHaveLessRoom() {
    let lines = WrappedText(columns: 7, indent: 4)
    #expect(lines.sentence("a b c d e f g h") == "a b c d\n    e f\n    g h")
  }

  @Test func noWordIsCut() {
    let lines = WrappedText(columns: 5, indent: 2)
    #expect(lines.sentence("a 0123456789 b") == "a\n  0123456789\n  b")
    #expect(lines.sentence("0123456789") == "0123456789")
    #expect(lines.sentence("") == "")
  }

  @Test func separatorsStayAtTheEndWithoutTheirSpace() {
    let lines = WrappedText(columns: 8, indent: 1)
    #expect(lines.text(of: ["one", "two", "six"], by: "; ") == "one; two;\n six")
  }

  /// Wide characters take two columns, combining ones none, colours none.
  @Test func columnsAreCountedAndNotCharacters() {
    let lines = WrappedText(columns: 9, indent: 0)
    #expect(
      lines.sentence("\u{6C34}\u{6C34} \u{6C34}\u{6C34}") == "\u{6C34}\u{6C34} \u{6C34}\u{6C34}")
    #expect(
      lines.sentence("\u{6C34}\u{6C34} \u{6C34}\u{6C34}a") == "\u{6C34}\u{6C34}\n\u{6C34}\u{6C34}a")
    #expect(lines.sentence("e\u{301}e\u{301}e\u{301} 12345") == "e\u{301}e\u{301}e\u{301} 12345")
    #expect(lines.sentence("\u{1B}[31mabc\u{1B}[0m 12345") == "\u{1B}[31mabc\u{1B}[0m 12345")
  }
}
