import Testing
import YAML

@Suite struct YAMLNodeTests {
  /// Writes a value in a form that tells all that was parsed but positions.
  private func told(_ node: YAMLNode) -> String {
    switch node.content {
    case .scalar(let text, let isPlain): isPlain ? text : "'\(text)'"
    case .sequence(let nodes): "[" + nodes.map(told).joined(separator: ",") + "]"
    case .mapping(let members):
      "{" + members.map { "\($0.name):\(told($0.value))" }.joined(separator: ",") + "}"
    }
  }

  @Test(arguments: [
    ("a: 1\nb: [x, \"y\", 'z']\n", "{a:1,b:[x,'y','z']}"),
    (#"{"a": {"b": [true, null, "0x1"]}}"#, "{a:{b:[true,null,'0x1']}}"),
    ("- 0000:03:00.0\n- ~\n-\n", "[0000:03:00.0,~,]"),
    ("# comment\n---\n\"\\xe9\\n\": |\n  two\n  lines\n", "{\u{E9}\n:'two\nlines\n'}"),
    ("'no:colon'", "'no:colon'"),
    // JSON's: a mark of the order of bytes, and two escapes for one character.
    ("\u{FEFF}{\"a\": 1}", "{a:1}"),
    (
      #"{"a": "\ud83d\uDE00\\ud83d", "b\"\ud83d\ude00": 1}"#,
      "{a:'\u{1F600}\\ud83d',b\"\u{1F600}:1}"
    ),
    // Not in YAML's other quotes, where they are text.
    (#"{a: '"\ud83d\ude00"'}"#, #"{a:'"\ud83d\ude00"'}"#),
  ])
  func values(text: String, expected: String) throws {
    #expect(told(try YAMLNode.parse(Array(text.utf8))) == expected)
  }

  @Test func positionsAreThoseOfTheTextThatWasGiven() throws {
    let text =
      #"{"a": "\ud83d\ude00", "b": {"\ud83d\ude00c": "é\ud83d\ude00"},"# + "\n"
      + #" "d": "\ud83d"}"#
    do throws(YAMLMistake) {
      _ = try YAMLNode.parse(Array(text.utf8))
      #expect(Bool(false), "half a character was taken")
    } catch { #expect(error.position.line == 2) }
    let node = try YAMLNode.parse(Array((text.prefix { $0 != "\n" } + "\n \"d\": 1}").utf8))
    guard case .mapping(let members) = node.content,
      case .mapping(let inner) = members[1].value.content
    else { return #expect(Bool(false), "another shape") }
    #expect(members[1].position == YAMLPosition(line: 1, column: 23))
    #expect(inner[0].value.position == YAMLPosition(line: 1, column: 46))
    #expect(members[2].position == YAMLPosition(line: 2, column: 2))
  }

  /// A text may end without a break, and has no line after that.
  @Test(arguments: [
    ("a: b\nc", YAMLPosition(line: 2, column: 2)), ("a: b\nc\n", YAMLPosition(line: 3, column: 1)),
    ("a: b\r\n\u{E9}", YAMLPosition(line: 2, column: 2)), ("# a", YAMLPosition(line: 1, column: 4)),
  ])
  func mistakesLieInTheText(text: String, end: YAMLPosition) {
    do throws(YAMLMistake) {
      _ = try YAMLNode.parse(Array(text.utf8))
      #expect(Bool(false), "was taken")
    } catch { #expect(error.position == end) }
  }

  @Test func positionsCountFromOne() throws {
    let node = try YAMLNode.parse(Array("a: 1\nbc:\n  - x\n  - {y: z}\n".utf8))
    guard case .mapping(let members) = node.content,
      case .sequence(let items) = members[1].value.content,
      case .mapping(let inner) = items[1].content
    else { return #expect(Bool(false), "another shape") }
    #expect(members[1].position == YAMLPosition(line: 2, column: 1))
    #expect(items[0].position == YAMLPosition(line: 3, column: 5))
    #expect(inner[0].position == YAMLPosition(line: 4, column: 6))
  }

  @Test(arguments: [
    ("", 1, "empty"),
    ("a: 1\na: 2\n", 2, "there already, in line 1"),
    ("a: &x 1\n", 1, "anchors"),
    ("a: [1]\nb: *x\n", 2, "undefined alias|aliases"),
    ("a: !!str 1\n", 1, "tags"),
    ("a: !x [1]\n", 1, "tags"),
    ("a: &x {b: 1}\n", 1, "anchors"),
    ("a: 1\n---\nb: 2\n", 2, "second document"),
    ("? [a]\n: b\n", 1, "name is text"),
    ("a: [1,\n", 2, "expect"),
    ("a:\n\t- b\n", 2, "cannot start any token"),
    ("a: \"\\q\"", 1, "unknown escape"),
  ])
  func mistakes(text: String, line: Int, words: String) {
    expectMistake(Array(text.utf8), line: line, words)
  }

  @Test func bytesThatAreNoTextAreRefused() {
    expectMistake(Array("a: 1\nb: ".utf8) + [0xFF], line: 2, "invalid")
    expectMistake(Array("a: ".utf8) + [0], line: 1, "control characters|is no YAML")
  }

  @Test func depthIsBounded() {
    expectMistake(
      [UInt8](repeating: UInt8(ascii: "["), count: 100_000), line: 1, "too deep|nesting")
  }

  private func expectMistake(_ text: [UInt8], line: Int, _ words: String) {
    do throws(YAMLMistake) {
      let node = try YAMLNode.parse(text)
      #expect(Bool(false), "was taken: \(told(node))")
    } catch {
      let isExpected = words.split(separator: "|").contains { error.message.contains($0) }
      #expect(isExpected, "\(error.message)")
      #expect(error.position.line == line, "\(error)")
    }
  }
}
