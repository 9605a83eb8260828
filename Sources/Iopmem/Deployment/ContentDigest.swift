internal import Digest
internal import Linux
internal import SystemPackage

/// A digest of a file's bytes: XXH3 of 128 bits, as xxh128sum(1) prints it. It finds out changes,
/// and keeps nobody out who makes collisions on purpose.
public struct ContentDigest: Hashable, Sendable, CustomStringConvertible {
  private let high: UInt64
  private let low: UInt64

  private static let prefix = "xxh128:"

  /// The digest of this writing, `xxh128:` and 32 hex digits; nil for any other.
  public init?(_ text: some StringProtocol) {
    let digits = text.utf8.dropFirst(Self.prefix.utf8.count)
    guard text.hasPrefix(Self.prefix), digits.count == 32,
      let high = Hex.number(digits.prefix(16)), let low = Hex.number(digits.suffix(16))
    else { return nil }
    self.high = high
    self.low = low
  }

  /// Reads a file from its first byte to its last.
  /// - Throws: `failed` when a signal comes meanwhile.
  init(of file: borrowing Descriptor, _ path: FilePath) throws(Failure) {
    var digest = try explain(path, "cannot be digested") { () throws(Errno) in
      try StreamingDigest()
    }
    var buffer = [UInt8](repeating: 0, count: 1 << 20)
    var offset: UInt64 = 0
    while true {
      if Interruption.signal != nil { throw .interrupted() }
      let count = try explain(path, "cannot read") { () throws(Errno) in
        try file.read(at: offset, into: &buffer)
      }
      digest.update(buffer.span.extracting(first: count))
      if count < buffer.count { break }
      offset += UInt64(count)
    }
    (high, low) = digest.value
  }

  /// The writing that `init` takes.
  public var description: String {
    Self.prefix + Hex.text(high, width: 16) + Hex.text(low, width: 16)
  }
}
