internal import Linux
internal import SystemPackage

/// A file's name as text in which no name can forge a line, a column or another name.
///
/// Names of plain characters stand as they are. Any other is put between double quotes, with
/// `\"`, `\\`, `\n`, `\t`, `\xHH` for bytes and `\u{H}` for scalars that cannot be seen.
struct QuotedName {
  /// The text.
  let text: String

  init(_ path: FilePath) { self.init(path.bytes) }

  init(_ bytes: [UInt8]) {
    var text = ""
    var isPlain = !bytes.isEmpty
    var decoder = UTF8ByteDecoder(bytes)
    while let piece = decoder.next() {
      switch piece {
      case .byte(let byte):
        isPlain = false
        text += "\\x" + Self.hex(UInt32(byte), width: 2)
      case .scalar(let scalar):
        if Self.plain.contains(scalar) || (!scalar.isASCII && Self.isVisible(scalar)) {
          text.unicodeScalars.append(scalar)
        } else {
          isPlain = false
          text += Self.escaped(scalar)
        }
      }
    }
    self.text = isPlain ? text : "\"\(text)\""
  }

  private static let plain = Set(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-+,:@%=~#^".unicodeScalars)

  private static func escaped(_ scalar: Unicode.Scalar) -> String {
    switch scalar {
    case "\"": "\\\""
    case "\\": "\\\\"
    case "\n": "\\n"
    case "\t": "\\t"
    case _ where scalar.value < 0x20 || scalar.value == 0x7F: "\\x" + hex(scalar.value, width: 2)
    case _ where scalar.isASCII: String(Character(scalar))
    default: "\\u{\(hex(scalar.value, width: 1))}"
    }
  }

  /// Letters, marks, numbers, punctuation and symbols; not controls, and nothing that turns the
  /// direction of a line or is a space that looks like another.
  private static func isVisible(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator,
      .paragraphSeparator, .spaceSeparator:
      false
    default: true
    }
  }

  private static func hex(_ value: UInt32, width: Int) -> String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }
}
