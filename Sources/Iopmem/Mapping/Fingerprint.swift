internal import Linux

/// A digest of where a file lies: the same as long as every address of its map is.
///
/// It is over the file's identity and size, the range that was mapped, the window, and the
/// segments as the mapper made them; iopmem(7), FINGERPRINTS, has the bytes. It finds out changes,
/// and is no proof against who looks for two files with the same.
public struct Fingerprint: Hashable, Sendable, LosslessStringConvertible {
  /// The version of what is digested.
  public static let version = 1
  private let high: UInt64
  private let low: UInt64

  /// The fingerprint of a digest's halves.
  init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// The 128 bits, in the order of the text.
  public var bytes: [UInt8] {
    (0..<16).map { UInt8(truncatingIfNeeded: ($0 < 8 ? high : low) >> (56 - 8 * UInt64($0 % 8))) }
  }

  /// `1-` and 32 lower-case hex digits; nil for anything else, another version too.
  public init?(_ description: String) {
    let text = description.utf8
    guard text.starts(with: Self.prefix) else { return nil }
    let digits = text.dropFirst(Self.prefix.count)
    guard digits.count == 32, let high = Hex.number(digits.prefix(16)),
      let low = Hex.number(digits.suffix(16))
    else { return nil }
    self.init(high: high, low: low)
    // Only as it is printed: capitals are another text.
    if self.description != description { return nil }
  }

  /// `1-` and 32 lower-case hex digits, the version first.
  public var description: String {
    var text: [UInt8] = []
    append(to: &text)
    return String(decoding: text, as: UTF8.self)
  }

  /// Appends the text: every file of a map has one.
  public func append(to text: inout [UInt8]) {
    text.append(contentsOf: Self.prefix)
    for half in [high, low] {
      for shift in stride(from: 60, through: 0, by: -4) {
        text.append(Hex.digit(UInt8(truncatingIfNeeded: half >> UInt64(shift)) & 15))
      }
    }
  }

  private static let prefix = Array("\(version)-".utf8)
}
