internal import Linux

/// An argument as a shell takes it back: plain, between single quotes, or as `$'…'` where bytes
/// cannot be shown (bash, zsh, ksh, and sh of POSIX.1-2024).
struct ShellQuoted {
  /// The text.
  let text: String

  init(_ argument: [UInt8]) {
    let scalars = String(validating: argument, as: UTF8.self)?.unicodeScalars
    if let scalars, scalars.allSatisfy(Self.isVisible) {
      let string = String(String.UnicodeScalarView(scalars))
      let isPlain = !argument.isEmpty && scalars.allSatisfy(Self.plain.contains)
      text = isPlain ? string : "'\(string.replacing("'", with: "'\\''"))'"
    } else {
      text = "$'\(argument.map(Self.escaped).joined())'"
    }
  }

  /// Quotes a whole command line.
  static func line(_ arguments: [[UInt8]]) -> String {
    arguments.map { ShellQuoted($0).text }.joined(separator: " ")
  }

  private static let plain = Set(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-+,:@%=^".unicodeScalars)

  private static func isVisible(_ scalar: Unicode.Scalar) -> Bool {
    scalar.isASCII ? (0x20..<0x7F).contains(scalar.value) : scalar.properties.isAlphabetic
  }

  /// Escapes a byte in octal, which ends after three digits; `\x` would swallow a digit after it.
  private static func escaped(_ byte: UInt8) -> String {
    switch byte {
    case UInt8(ascii: "'"), UInt8(ascii: "\\"): "\\" + String(Unicode.Scalar(byte))
    case 0x20..<0x7F: String(Unicode.Scalar(byte))
    default:
      "\\" + String(byte >> 6, radix: 8) + String(byte >> 3 & 7, radix: 8)
        + String(byte & 7, radix: 8)
    }
  }
}
