/// A text of JSON, made such that libyaml takes it: it knows escapes of single characters alone, where
/// JSON writes one beyond U+FFFF as two (RFC 8259, section 7), and no mark of the order of bytes.
struct JSONText {
  /// The text.
  private(set) var bytes: [UInt8]
  /// Where the text has fewer characters than it had: behind each of these places, two.
  private var shortened: [YAMLPosition] = []

  init(_ text: [UInt8]) {
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    bytes = text.starts(with: mark) ? Array(text.dropFirst(mark.count)) : text
    let isObject = bytes.first { ![0x20, 0x09, 0x0A, 0x0D].contains($0) } == UInt8(ascii: "{")
    if isObject { joinSurrogates() }
  }

  /// The place in the text as it was given.
  func original(_ position: YAMLPosition) -> YAMLPosition {
    let line = YAMLPosition(line: position.line, column: 0)
    let before = count(before: position) - count(before: line)
    return YAMLPosition(line: position.line, column: position.column &+ 2 &* before)
  }

  /// A place in the text, or its end: behind a last line without a break libyaml begins one more.
  func inside(_ position: YAMLPosition) -> YAMLPosition {
    var end = YAMLPosition(line: 1, column: 1)
    var last: Unicode.Scalar?
    for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
      // The breaks of YAML 1.1, section 4.1.4.
      if scalar == "\n" && last == "\r" {
        // Of one break the second half.
      } else if ["\n", "\r", "\u{85}", "\u{2028}", "\u{2029}"].contains(scalar) {
        end = YAMLPosition(line: end.line + 1, column: 1)
      } else {
        end = YAMLPosition(line: end.line, column: end.column + 1)
      }
      last = scalar
    }
    return position.line > end.line ? end : position
  }

  /// How many of the shortened places lie before one: they are in order.
  private func count(before position: YAMLPosition) -> Int {
    var range = 0..<shortened.count
    while !range.isEmpty {
      let middle = range.lowerBound + range.count / 2
      let place = shortened[middle]
      if (place.line, place.column) < (position.line, position.column) {
        range = middle + 1..<range.upperBound
      } else {
        range = range.lowerBound..<middle
      }
    }
    return range.lowerBound
  }

  /// Writes each pair of escapes within double quotes as one of libyaml's: `\U0001F600`. A text with
  /// single quotes or comments between is no JSON, and is left as it is.
  private mutating func joinSurrogates() {
    var joined: [UInt8] = []
    var isQuoted = false
    var index = 0
    var place = YAMLPosition(line: 1, column: 1)
    func take(_ count: Int) {
      for byte in bytes[index..<index + count] {
        // By characters, as libyaml counts.
        if byte == UInt8(ascii: "\n") {
          place = YAMLPosition(line: place.line + 1, column: 1)
        } else if byte & 0xC0 != 0x80 {
          place = YAMLPosition(line: place.line, column: place.column + 1)
        }
      }
      joined += bytes[index..<index + count]
      index += count
    }
    var places: [YAMLPosition] = []
    while index < bytes.count {
      switch bytes[index] {
      case UInt8(ascii: "\""):
        isQuoted.toggle()
        take(1)
      case UInt8(ascii: "'") where !isQuoted, UInt8(ascii: "#") where !isQuoted: return
      case UInt8(ascii: "\\") where isQuoted:
        if let scalar = pair(at: index) {
          let digits = String(scalar, radix: 16)
          joined += Array(("\\U" + String(repeating: "0", count: 8 - digits.count) + digits).utf8)
          index += 12
          place = YAMLPosition(line: place.line, column: place.column + 10)
          places.append(YAMLPosition(line: place.line, column: place.column - 1))
        } else {
          take(min(2, bytes.count - index))
        }
      default: take(1)
      }
    }
    bytes = joined
    shortened = places
  }

  /// The character that two escapes stand for: the upper half and the lower half of one.
  private func pair(at index: Int) -> UInt32? {
    guard let high = half(at: index), let low = half(at: index + 6),
      (0xD800..<0xDC00).contains(high), (0xDC00..<0xE000).contains(low)
    else { return nil }
    return 0x1_0000 + (high - 0xD800) << 10 + (low - 0xDC00)
  }

  private func half(at index: Int) -> UInt32? {
    guard index + 6 <= bytes.count, bytes[index] == UInt8(ascii: "\\"),
      bytes[index + 1] == UInt8(ascii: "u")
    else { return nil }
    var value: UInt32 = 0
    for byte in bytes[index + 2..<index + 6] {
      guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue, byte < 0x80 else {
        return nil
      }
      value = value << 4 | UInt32(digit)
    }
    return value
  }
}
