internal import ArgumentParser

/// A number of address bits as an argument. One that is too large for its type is the largest, so that
/// the verb refuses it by the range that it takes.
struct BitsArgument: ExpressibleByArgument {
  /// The number.
  let count: UInt8

  init?(argument: String) {
    guard argument.isDecimal else { return nil }
    count = UInt8(argument) ?? .max
  }
}

extension StringProtocol {
  /// Whether it is decimal digits, however many.
  var isDecimal: Bool {
    !isEmpty && utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
  }
}
