import Testing

@testable import IopmemCommands

/// Words that were written much like verbs.
@Suite struct SpellingTests {
  private let verbs = ["list", "map", "mkfs", "pin", "unpin"]

  @Test func theVerbThatWasMeant() {
    for (word, verb) in [
      ("lst", "list"), ("lsit", "list"), ("lists", "list"), ("mapp", "map"), ("mksf", "mkfs"),
      ("un-pin", "unpin"), ("pin ", "pin"),
    ] { #expect(Spelling.nearest(to: word, in: verbs) == verb) }
    for word in ["", "nosuch", "x", "format", "zzz"] {
      #expect(Spelling.nearest(to: word, in: verbs) == nil, "\(word)")
    }
    #expect(Spelling.nearest(to: "list", in: []) == nil)
  }

  @Test func distances() {
    for (left, right, distance) in [
      ("", "", 0), ("", "abc", 3), ("abc", "", 3), ("abc", "abc", 0), ("abc", "acb", 1),
      ("abc", "adc", 1), ("abcd", "badc", 2), ("ca", "abc", 3),
    ] { #expect(Spelling.distance(Array(left.utf8), Array(right.utf8)) == distance) }
  }
}
