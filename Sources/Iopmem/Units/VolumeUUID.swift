internal import Linux

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
    guard let bytes = Hex.bytes(Array(groups.joined().utf8)) else { return nil }
    self.init(bytes: bytes)
  }

  /// Lower case, in groups.
  public var description: String {
    let digits = Hex.digits(of: bytes)
    let groups = [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map { digits[$0] }
    return String(decoding: Array(groups.joined(separator: "-".utf8)), as: UTF8.self)
  }
}
