internal import ArgumentParser
internal import Iopmem

/// A number of bytes as an argument: decimal or `0x` hex, with a suffix if wanted.
///
/// `K`, `M`, `G`, `T`, `P`, small or capital, each also with `iB`, are powers of 1024, as in
/// mke2fs(8); with `B` they are powers of 1000, as in coreutils, "Block size".
struct SizeArgument: ExpressibleByArgument, Hashable {
  /// The number of bytes.
  let count: ByteCount

  /// The form, for messages.
  static let form =
    "a number of bytes, as 65536, 0x10000, 64K or 64KiB (of 1024), or 64KB (of 1000)"

  init?(argument: String) {
    guard let count = Self.count(argument) else {
      AcceptedForm.tell(Self.form)
      return nil
    }
    self.count = count
  }

  private static func count(_ text: String) -> ByteCount? {
    // By bytes: what other scripts make capitals of is longer than one character.
    var digits = Array(text.utf8)[...]
    var unit: UInt64 = 1024
    if digits.suffix(2).elementsEqual("iB".utf8), power(of: digits.dropLast(2).last) != nil {
      digits = digits.dropLast(2)
    } else if digits.last == UInt8(ascii: "B"), power(of: digits.dropLast().last) != nil {
      digits = digits.dropLast()
      unit = 1000
    }
    let power = power(of: digits.last) ?? 0
    if power > 0 { digits = digits.dropLast() }
    guard let number = AddressArgument.number(String(decoding: digits, as: UTF8.self)) else {
      return nil
    }
    var (bytes, overflow) = (number, false)
    for _ in 0..<power where !overflow {
      (bytes, overflow) = bytes.multipliedReportingOverflow(by: unit)
    }
    return overflow ? nil : ByteCount(bytes)
  }

  /// How often a suffix multiplies by the unit; nil for what is no suffix.
  private static func power(of suffix: UInt8?) -> Int? {
    suffix.flatMap { suffixes.firstIndex(of: $0 & ~0x20) }.map { $0 + 1 }
  }

  private static let suffixes = Array("KMGTP".utf8)
}
