import Iopmem
import Testing

@Suite struct QuotedNameTests {
  @Test(arguments: [
    ("/mnt/a.bin", "/mnt/a.bin"), ("a b", "\"a b\""), ("a\nb", "\"a\\nb\""),
    ("say \"x\"", "\"say \\\"x\\\"\""), ("\u{202E}abc", "\"\\u{202e}abc\""), ("æ", "\"æ\""),
  ])
  func escapes(_ name: String, _ text: String) {
    #expect(QuotedName(Array(name.utf8)).text == text)
  }

  @Test func sentencesStayOnOneLine() {
    #expect(
      QuotedName.oneLine("mounted on /a\niopmem: b \"c\" \u{202E}")
        == "mounted on /a\\niopmem: b \"c\" \\u{202e}")
  }

  @Test func bytesThatAreNoText() {
    #expect(QuotedName([0x61, 0xFF, 0xC3]).text == "\"a\\xff\\xc3\"")
  }
}
