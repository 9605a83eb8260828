/// Numbers as ASCII digits, appended where the output already is: a file can have a million
/// extents, and a `String` each would cost more than the kernel takes to find them.
extension [UInt8] {
  /// Appends decimal digits.
  mutating func appendDecimal(_ value: UInt64) { appendDecimal(value, width: 0) }

  /// Appends decimal digits, with spaces before them up to a width of 32 at most.
  mutating func appendDecimal(_ value: UInt64, width: Int) {
    var text = Digits(repeating: UInt8(ascii: " "))
    var first = text.count
    var rest = value
    repeat {
      first -= 1
      text[first] = UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: rest % 10)
      rest /= 10
    } while rest != 0
    append(text, from: Swift.min(first, text.count - width))
  }

  /// Appends `0x` and hex digits, with zeros before them up to a number of digits, 16 at most.
  mutating func appendHex(_ value: UInt64, digits: Int = 1) {
    var text = Digits(repeating: UInt8(ascii: "0"))
    var first = text.count
    var rest = value
    while rest != 0 {
      first -= 1
      let digit = UInt8(truncatingIfNeeded: rest & 15)
      text[first] = digit &+ (digit < 10 ? UInt8(ascii: "0") : UInt8(ascii: "a") &- 10)
      rest >>= 4
    }
    first = Swift.min(first, text.count - digits)
    text[first - 1] = UInt8(ascii: "x")
    append(text, from: first - 2)
  }

  /// Room for the digits of any number, the last at the end.
  private typealias Digits = InlineArray<32, UInt8>

  private mutating func append(_ text: Digits, from first: Int) {
    unsafe text.span.withUnsafeBufferPointer { unsafe append(contentsOf: $0[first...]) }
  }

  /// Appends text.
  ///
  /// By its bytes at once: a sequence of them costs ten times as much, for each fact of each file.
  mutating func append(text: String) {
    var text = text
    text.withUTF8 { unsafe append(contentsOf: $0) }
  }

  /// Appends a title, with spaces before it up to a width of 32 at most.
  mutating func append(_ title: StaticString, width: Int) {
    let spaces = Digits(repeating: UInt8(ascii: " "))
    append(spaces, from: Swift.min(spaces.count, spaces.count + title.utf8CodeUnitCount - width))
    append(title)
  }

  /// Appends text that is known when the program is built.
  mutating func append(_ text: StaticString) {
    unsafe append(
      contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }
}
