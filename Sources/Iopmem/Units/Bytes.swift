extension [UInt8] {
  /// These bytes as two lower-case hex digits each.
  var hexDigits: [UInt8] {
    var digits = [UInt8](repeating: UInt8(ascii: "0"), count: 2 * count)
    for (index, byte) in enumerated() {
      digits[2 * index] = Self.hexDigit(byte >> 4)
      digits[2 * index + 1] = Self.hexDigit(byte & 15)
    }
    return digits
  }

  private static func hexDigit(_ value: UInt8) -> UInt8 {
    value + (value < 10 ? UInt8(ascii: "0") : UInt8(ascii: "a") - 10)
  }
}
