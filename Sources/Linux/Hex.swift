/// Parses and prints hex digits.
public enum Hex {
  /// The value of a digit of either case; nil for any other byte.
  @inlinable
  public static func value(of digit: UInt8) -> UInt8? {
    switch digit {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
    default: nil
    }
  }

  /// The number that digits alone tell, without sign or prefix; nil for anything else, for nothing,
  /// and past 2^64 − 1.
  @inlinable
  public static func number(_ digits: some Collection<UInt8>) -> UInt64? {
    guard !digits.isEmpty else { return nil }
    var number: UInt64 = 0
    for digit in digits {
      guard let value = value(of: digit), number >> 60 == 0 else { return nil }
      number = number << 4 | UInt64(value)
    }
    return number
  }

  /// The bytes that digits tell, two each; nil for anything else.
  public static func bytes(_ digits: some Collection<UInt8>) -> [UInt8]? {
    var bytes: [UInt8] = []
    var rest = digits[...]
    while let high = rest.popFirst() {
      guard let low = rest.popFirst(), let high = value(of: high), let low = value(of: low) else {
        return nil
      }
      bytes.append(high << 4 | low)
    }
    return bytes
  }

  /// Bytes as two lower-case digits each. Every file of a map has some: nothing generic is run, and
  /// one array is made.
  public static func digits(of bytes: [UInt8]) -> [UInt8] {
    var digits = [UInt8](repeating: 0, count: 2 * bytes.count)
    for (index, byte) in bytes.enumerated() {
      digits[2 * index] = digit(byte >> 4)
      digits[2 * index + 1] = digit(byte & 15)
    }
    return digits
  }

  /// A number as lower-case digits, with zeros before them where they are fewer than a width.
  public static func text(_ number: some UnsignedInteger, width: Int = 1) -> String {
    let digits = String(number, radix: 16)
    return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
  }

  /// The lower-case digit of a value below 16.
  @inlinable
  public static func digit(_ value: UInt8) -> UInt8 {
    value + (value < 10 ? UInt8(ascii: "0") : UInt8(ascii: "a") - 10)
  }
}
