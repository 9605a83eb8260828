internal import ArgumentParser

/// An address as an argument: `0x` hex, or decimal.
struct AddressArgument: ExpressibleByArgument, Hashable {
  /// The address.
  let value: UInt64

  init?(argument: String) {
    guard let value = Self.number(argument) else { return nil }
    self.value = value
  }

  /// Digits only: `UInt64(_:radix:)` alone would take a sign.
  static func number(_ text: some StringProtocol) -> UInt64? {
    if text.hasPrefix("0x") || text.hasPrefix("0X") {
      let digits = text.dropFirst(2)
      return digits.allSatisfy(\.isHexDigit) ? UInt64(digits, radix: 16) : nil
    }
    return text.allSatisfy { ("0"..."9").contains($0) } ? UInt64(text) : nil
  }
}
