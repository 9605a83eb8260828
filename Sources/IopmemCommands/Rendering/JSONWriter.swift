internal import Iopmem
internal import Linux
internal import SystemPackage

/// Writes JSON as it is told, one value after the other, so that no document is held in memory.
///
/// Integers are bytes and counts; addresses are hex strings, since parsers lose integers above
/// 2^53 (RFC 8259, section 6).
struct JSONWriter: ~Copyable {
  private var output: Output
  /// For each open object or array: whether it has a member yet.
  private var hasMember: [Bool] = []
  private var afterKey = false

  init(_ output: consuming Output) { self.output = output }

  /// Opens an object; `endObject` closes it.
  mutating func beginObject() throws(Errno) { try open("{") }
  /// Closes the object.
  mutating func endObject() throws(Errno) { try close("}") }
  /// Opens an array; `endArray` closes it.
  mutating func beginArray() throws(Errno) { try open("[") }
  /// Closes the array.
  mutating func endArray() throws(Errno) { try close("]") }

  /// Names the next value.
  mutating func key(_ name: StaticString) throws(Errno) {
    try separate()
    try output.write("\"\(name)\":")
    afterKey = true
  }

  /// A string; nil is null.
  mutating func value(_ text: String?) throws(Errno) {
    try separate()
    guard let text else { return try output.write("null") }
    try output.append { JSONText.append(text, to: &$0) }
  }

  /// A number; nil is null.
  mutating func value(_ number: (some BinaryInteger)?) throws(Errno) {
    try separate()
    try output.write(number.map { String($0) } ?? "null")
  }

  /// true, false or null.
  mutating func value(_ flag: Bool?) throws(Errno) {
    try separate()
    try output.write(flag.map { $0 ? "true" : "false" } ?? "null")
  }

  /// An address as a string of hex digits after `0x`; nil is null.
  mutating func address(_ address: UInt64?) throws(Errno) {
    try value(address?.hex)
  }

  /// Ends the document with a newline and writes all of it.
  mutating func finish() throws(Errno) {
    try output.write("\n")
    try output.flush()
  }

  private mutating func open(_ bracket: String) throws(Errno) {
    try separate()
    try output.write(bracket)
    hasMember.append(false)
  }

  private mutating func close(_ bracket: String) throws(Errno) {
    hasMember.removeLast()
    try output.write(bracket)
  }

  /// Writes the comma between members.
  private mutating func separate() throws(Errno) {
    if afterKey {
      afterKey = false
      return
    }
    guard let last = hasMember.indices.last else { return }
    if hasMember[last] { try output.write(",") }
    hasMember[last] = true
  }
}

/// JSON strings: RFC 8259, section 7.
enum JSONText {
  /// Bytes in hex, where they are no UTF-8, which a string would have to repair.
  static func hexUnlessText(_ bytes: [UInt8]) -> String? {
    guard String(validating: bytes, as: UTF8.self) == nil else { return nil }
    return bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  /// Appends a string between quotes, with what must be escaped escaped.
  static func append(_ text: String, to bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "\""))
    for unit in text.utf8 {
      switch unit {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"):
        bytes.append(UInt8(ascii: "\\"))
        bytes.append(unit)
      case 0..<0x20:
        let digits = String(unit, radix: 16)
        bytes.append(contentsOf: "\\u00\(digits.count == 1 ? "0" : "")\(digits)".utf8)
      default:
        bytes.append(unit)
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }
}

extension JSONWriter {
  /// A name under two keys: readable text always, and the exact bytes in hex when the text had
  /// to be repaired, else null.
  mutating func name(_ key: StaticString, _ exactKey: StaticString, _ path: FilePath?) throws(Errno)
  {
    try name(key, exactKey, bytes: path?.bytes)
  }

  /// A name that is no path, under two keys in the same way.
  mutating func name(
    _ key: StaticString, _ exactKey: StaticString, bytes: [UInt8]?
  ) throws(Errno) {
    try self.key(key)
    try value(bytes.map { String(decoding: $0, as: UTF8.self) })
    try self.key(exactKey)
    try value(bytes.flatMap(JSONText.hexUnlessText))
  }
}
