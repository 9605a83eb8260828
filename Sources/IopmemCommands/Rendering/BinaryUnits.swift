internal import Iopmem

/// A number of bytes for people.
enum BinaryUnits {
  /// The number in the largest unit that it holds once, to a tenth below 10 units, and rounded down:
  /// what is free is never said to be more than it is.
  static func rounded(_ count: ByteCount) -> String {
    var unit: UInt64 = 1
    var name = ""
    for larger in ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"] where count.rawValue / unit >= 1024 {
      unit *= 1024
      name = larger
    }
    let whole = count.rawValue / unit
    // Below 10 units, and a unit has at most 60 bits.
    let tenths = whole < 10 ? count.rawValue % unit * 10 / unit : 0
    return tenths == 0 ? "\(whole)\(name)" : "\(whole).\(tenths)\(name)"
  }

  /// The number, never rounded, in the largest unit that it is a whole number of, as `SizeArgument` takes it.
  static func text(_ count: ByteCount) -> String {
    var number = count.rawValue
    var unit = ""
    for larger in ["KiB", "MiB", "GiB", "TiB", "PiB"] where number != 0 && number % 1024 == 0 {
      number /= 1024
      unit = larger
    }
    return "\(number)\(unit)"
  }
}
