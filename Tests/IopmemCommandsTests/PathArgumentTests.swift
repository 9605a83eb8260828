import Testing

@testable import IopmemCommands

@Suite struct PathArgumentTests {
  @Test func argumentsLoseNothing() {
    for bytes: [UInt8] in [
      [0xFF], [0x61, 0x80, 0x62], Array("\u{10FFFF}\u{1000FF}".utf8), [0xF4, 0x8F, 0xBF],
      Array("plain".utf8), [0xED, 0xA0, 0x80],
    ] {
      #expect(PathArgument.decode(PathArgument.encode(bytes)) == bytes)
    }
  }

  @Test func asPeopleReadIt() {
    for (bytes, text) in [
      (Array("plain".utf8), "plain"), ([0x61, 0xFF, 0x80], "a\\xff\\x80"),
      (Array("\u{10FFFF}é".utf8), "\u{10FFFF}é"), ([], ""),
    ] {
      #expect(PathArgument.shown("of '\(PathArgument.encode(bytes))'") == "of '\(text)'")
    }
  }

  /// The parser takes `-abc` for three options, and tells of each.
  @Test(arguments: ["\u{10FFFF}", "\u{10FFFF}-", "a\u{10FFFF}\u{100100}", "\u{1000FF}"])
  func anEscapeOfNothingIsItself(_ text: String) {
    #expect(PathArgument.shown(text) == text)
  }
}
