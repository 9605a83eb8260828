internal import ArgumentParser
internal import Linux

/// An address as an argument: `0x` hex, or decimal.
struct AddressArgument: ExpressibleByArgument, Hashable {
  /// The address.
  let value: UInt64

  init?(argument: String) {
    guard let value = Self.number(argument) else {
      AcceptedForm.tell("0x and hex digits, or decimal digits")
      return nil
    }
    self.value = value
  }

  /// Parses `0x` hex or decimal digits; nil for anything else, a sign too.
  static func number(_ text: some StringProtocol) -> UInt64? {
    if text.hasPrefix("0x") || text.hasPrefix("0X") { return Hex.number(text.utf8.dropFirst(2)) }
    return SysfsNumber.decimal(text)
  }
}
