internal import ArgumentParser
internal import Iopmem
internal import Linux
internal import SystemPackage

/// A path as an argument, whatever its bytes.
///
/// The parser deals in `String`, which cannot hold bytes that are not UTF-8. So `encode` writes
/// such a byte as the noncharacter U+10FFFF and a scalar of plane 16 that stands for it, and a
/// real U+10FFFF twice; `init(argument:)` turns them back. No text is lost or confused.
struct PathArgument: ExpressibleByArgument, Hashable {
  /// The path.
  let path: FilePath
  /// Whether it ended in a slash, as only the path of a directory may; `FilePath` drops it.
  let endsInSlash: Bool

  init?(argument: String) {
    let bytes = Self.decode(argument)
    guard !bytes.isEmpty else {
      AcceptedForm.tell("a path that is not empty")
      return nil
    }
    path = FilePath(bytes: bytes)
    endsInSlash = bytes.last == UInt8(ascii: "/")
  }

  static let defaultCompletionKind = CompletionKind.file()
  private static let escape: Unicode.Scalar = "\u{10FFFF}"
  private static let firstByte: UInt32 = 0x10_0000

  /// An argument's bytes as text that loses nothing.
  static func encode(_ bytes: [UInt8]) -> String {
    var text = String.UnicodeScalarView()
    var decoder = UTF8ByteDecoder(bytes)
    while let piece = decoder.next() {
      switch piece {
      case .scalar(let scalar):
        if scalar == escape { text.append(escape) }
        text.append(scalar)
      case .byte(let byte):
        text.append(escape)
        if let scalar = Unicode.Scalar(firstByte + UInt32(byte)) { text.append(scalar) }
      }
    }
    return String(text)
  }

  /// The bytes that `encode` was given. The parser takes words of options apart, scalar by scalar: an
  /// escape that stands before nothing that it escapes is itself.
  static func decode(_ text: String) -> [UInt8] {
    var bytes: [UInt8] = []
    var scalars = text.unicodeScalars[...]
    while let scalar = scalars.popFirst() {
      if scalar == escape, let next = scalars.first, let byte = byte(for: next) {
        scalars.removeFirst()
        bytes += byte
      } else {
        bytes.append(contentsOf: String(scalar).utf8)
      }
    }
    return bytes
  }

  /// The bytes of what is written as the escape and this scalar; nil for none.
  private static func byte(for scalar: Unicode.Scalar) -> [UInt8]? {
    if scalar == escape { return Array(String(escape).utf8) }
    guard scalar.value >= firstByte else { return nil }
    return UInt8(exactly: scalar.value - firstByte).map { [$0] }
  }

  /// What `encode` made as people read it: a byte that is not UTF-8 as `\xHH`.
  static func shown(_ text: String) -> String {
    var decoder = UTF8ByteDecoder(decode(text))
    var shown = String.UnicodeScalarView()
    while let piece = decoder.next() {
      switch piece {
      case .scalar(let scalar): shown.append(scalar)
      case .byte(let byte): shown.append(contentsOf: "\\x\(Hex.text(byte))".unicodeScalars)
      }
    }
    return String(shown)
  }
}
