/// The identity of a file system: RFC 9562, 16 bytes, never all zero.
public struct VolumeUUID: Hashable, Sendable, CustomStringConvertible {
  /// The bytes in the order in which they are written.
  public let bytes: [UInt8]

  /// The UUID of these bytes; nil for any number but 16 and for all zeros, which means "none".
  public init?(bytes: some Collection<UInt8>) {
    guard bytes.count == 16, bytes.contains(where: { $0 != 0 }) else { return nil }
    self.bytes = Array(bytes)
  }

  /// The UUID in the usual writing, hex digits in groups of 8, 4, 4, 4 and 12; else nil.
  public init?(_ text: some StringProtocol) {
    let groups = text.split(separator: "-", omittingEmptySubsequences: false)
    guard groups.map(\.utf8.count) == [8, 4, 4, 4, 12] else { return nil }
    var digits = Array(groups.joined().utf8)[...]
    var bytes: [UInt8] = []
    while let high = digits.popFirst(), let low = digits.popFirst() {
      guard let high = Self.value(high), let low = Self.value(low) else { return nil }
      bytes.append(high << 4 | low)
    }
    self.init(bytes: bytes)
  }

  private static func value(_ digit: UInt8) -> UInt8? {
    switch digit {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
    default: nil
    }
  }

  /// Lower case, in groups.
  public var description: String {
    let digits = bytes.hexDigits
    let groups = [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map { digits[$0] }
    return String(decoding: Array(groups.joined(separator: "-".utf8)), as: UTF8.self)
  }
}
