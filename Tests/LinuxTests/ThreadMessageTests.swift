import Linux
import Testing

@Suite struct ThreadMessageTests {
  @Test(arguments: ["", "short", String(repeating: "a", count: 1023)])
  func messagesAreKept(_ text: String) {
    ThreadMessage.keep(text, number: 5)
    #expect(unsafe String(validatingCString: ThreadMessage.text) == text)
    #expect(ThreadMessage.number == 5)
  }

  @Test(arguments: ["a", "é", "€", "𝄞"], 1020...1030)
  func longOnesLoseWholeCharacters(_ last: String, _ count: Int) throws {
    let text = String(repeating: "x", count: count) + last
    ThreadMessage.keep(text, number: 0)
    let kept = try #require(unsafe String(validatingCString: ThreadMessage.text))
    #expect(kept.utf8.count <= 1023 && text.hasPrefix(kept))
    #expect(kept.utf8.count > 1023 - 4 || kept == text)
  }
}
