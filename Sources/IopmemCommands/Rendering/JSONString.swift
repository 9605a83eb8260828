internal import Linux

extension [UInt8] {
  /// Appends a JSON string between quotes, with what must be escaped escaped: RFC 8259, section 7.
  mutating func append(jsonString text: String) {
    append(UInt8(ascii: "\""))
    for unit in text.utf8 {
      switch unit {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"):
        append(UInt8(ascii: "\\"))
        append(unit)
      case 0..<0x20:
        append(contentsOf: "\\u\(Hex.text(unit, width: 4))".utf8)
      default:
        append(unit)
      }
    }
    append(UInt8(ascii: "\""))
  }

  /// These bytes in hex, if they are not UTF-8 and a string would have to repair them.
  var hexUnlessText: String? {
    guard String(validating: self, as: UTF8.self) == nil else { return nil }
    return String(decoding: Hex.digits(of: self), as: UTF8.self)
  }
}
