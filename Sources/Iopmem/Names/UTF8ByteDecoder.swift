/// Takes bytes apart into the scalars of their UTF-8 and the bytes that are none.
public struct UTF8ByteDecoder {
  /// A scalar, or a byte that is not part of one.
  public enum Piece: Equatable {
    /// A scalar.
    case scalar(Unicode.Scalar)
    /// A byte of none.
    case byte(UInt8)
  }

  private let bytes: [UInt8]
  private var position = 0

  /// A decoder at the first of these bytes.
  public init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// The next piece; nil at the end.
  public mutating func next() -> Piece? {
    guard position < bytes.count else { return nil }
    let first = bytes[position]
    if first < 0x80 {
      position += 1
      return .scalar(Unicode.Scalar(first))
    }
    for length in 2...4 where position + length <= bytes.count {
      let slice = bytes[position..<position + length]
      if let text = String(validating: slice, as: UTF8.self), let scalar = text.unicodeScalars.first
      {
        position += length
        return .scalar(scalar)
      }
    }
    position += 1
    return .byte(first)
  }
}
