internal import Linux
public import SystemPackage

/// A file's name as text in which no name can forge a line, a column or another name.
///
/// Names of plain characters stand as they are. Any other is put between double quotes, with
/// `\"`, `\\`, `\n`, `\t`, `\xHH` for bytes and `\u{H}` for scalars that cannot be seen.
public struct QuotedName {
  /// The text, as UTF-8.
  public let bytes: [UInt8]

  /// The text.
  public var text: String { String(decoding: bytes, as: UTF8.self) }

  /// A path's name.
  public init(_ path: FilePath) { self.init(path.bytes) }

  /// The name of these bytes.
  public init(_ name: [UInt8]) {
    bytes = Self.isPlain(name.span) ? name : Array("\"\(Self.escaped(name))\"".utf8)
  }

  /// Appends a path's name, which is nearly always plain, with no array of its own then.
  public static func append(_ path: FilePath, to text: inout [UInt8]) {
    let start = text.count
    path.append(to: &text)
    if isPlain(text.span.extracting(droppingFirst: start)) { return }
    let quoted = QuotedName(Array(text[start...])).bytes
    text.replaceSubrange(start..., with: quoted)
  }

  /// Whether a name needs no quotes.
  private static func isPlain(_ name: Span<UInt8>) -> Bool {
    for index in name.indices where !isPlain(name[index]) { return false }
    return !name.isEmpty
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    switch Unicode.Scalar(byte) {
    case "a"..."z", "A"..."Z", "0"..."9": true
    case "/", ".", "_", "-", "+", ",", ":", "@", "%", "=", "~", "#", "^": true
    default: false
    }
  }

  /// Escapes a sentence that has names in it, so that it stays on one line and in one direction.
  public static func oneLine(_ sentence: String) -> String {
    sentence.unicodeScalars.reduce(into: "") { $0 += visible($1) }
  }

  private static func escaped(_ name: [UInt8]) -> String {
    var text = ""
    var decoder = UTF8ByteDecoder(name)
    while let piece = decoder.next() {
      switch piece {
      case .byte(let byte): text += hexByte(UInt32(byte))
      case .scalar("\""): text += "\\\""
      case .scalar("\\"): text += "\\\\"
      case .scalar(let scalar): text += visible(scalar)
      }
    }
    return text
  }

  private static func visible(_ scalar: Unicode.Scalar) -> String {
    switch scalar {
    case "\n": "\\n"
    case "\t": "\\t"
    case _ where scalar.value < 0x20 || scalar.value == 0x7F: hexByte(scalar.value)
    case _ where scalar == " " || isVisible(scalar): String(Character(scalar))
    default: "\\u{" + Hex.text(scalar.value) + "}"
    }
  }

  private static func hexByte(_ value: UInt32) -> String {
    "\\x" + Hex.text(value, width: 2)
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
}
