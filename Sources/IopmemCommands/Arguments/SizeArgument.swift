internal import ArgumentParser
internal import Iopmem

/// A number of bytes as an argument: decimal or `0x` hex, with a binary suffix if wanted.
///
/// `K`, `M`, `G`, `T`, `P`, each also with `iB`, are powers of 1024, as in mke2fs(8).
struct SizeArgument: ExpressibleByArgument, Hashable {
  /// The number of bytes.
  let count: ByteCount

  init?(argument: String) {
    var digits = Substring(argument)
    var shift = 0
    if digits.hasSuffix("iB") { digits = digits.dropLast(2) }
    // By its byte: what other scripts make capitals of is longer than one character.
    if let suffix = digits.utf8.last, let power = Self.suffixes.firstIndex(of: suffix & ~0x20) {
      shift = 10 * (power + 1)
      digits = Substring(digits.utf8.dropLast())
    } else if digits.utf8.count != argument.utf8.count {
      return nil
    }
    guard let number = AddressArgument.number(digits) else { return nil }
    let (bytes, overflow) = number.multipliedReportingOverflow(by: UInt64(1) << UInt64(shift))
    guard !overflow else { return nil }
    count = ByteCount(bytes)
  }
}

extension SizeArgument {
  fileprivate static let suffixes = Array("KMGTP".utf8)
}
