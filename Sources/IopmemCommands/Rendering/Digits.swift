/// Numbers as ASCII digits, appended where the output already is: a file can have a million
/// extents, and a `String` each would cost more than the kernel takes to find them.
extension [UInt8] {
  /// Appends decimal digits.
  mutating func appendDecimal(_ value: UInt64) { appendDecimal(value, width: 0) }

  /// Appends decimal digits, with spaces before them up to a width.
  mutating func appendDecimal(_ value: UInt64, width: Int) {
    var digits = 1
    var bound: UInt64 = 10
    while digits < 20, value >= bound {
      digits += 1
      bound = digits < 20 ? bound &* 10 : .max
    }
    append(contentsOf: repeatElement(UInt8(ascii: " "), count: Swift.max(width, digits)))
    var rest = value
    var position = count - 1
    repeat {
      self[position] = UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: rest % 10)
      rest /= 10
      position -= 1
    } while rest != 0
  }

  /// Appends `0x` and hex digits, with zeros before them up to a number of digits.
  mutating func appendHex(_ value: UInt64, digits: Int = 1) {
    let needed = (67 - value.leadingZeroBitCount) / 4
    append(UInt8(ascii: "0"))
    append(UInt8(ascii: "x"))
    append(contentsOf: repeatElement(UInt8(ascii: "0"), count: Swift.max(digits, needed)))
    var rest = value
    var position = count - 1
    while rest != 0 {
      let digit = UInt8(truncatingIfNeeded: rest & 15)
      self[position] = digit &+ (digit < 10 ? UInt8(ascii: "0") : UInt8(ascii: "a") &- 10)
      rest >>= 4
      position -= 1
    }
  }

  /// Appends text.
  mutating func append(_ text: String) { append(contentsOf: text.utf8) }

  /// Appends text, which is known when the program is built.
  mutating func append(_ text: StaticString) {
    unsafe append(
      contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }
}
