internal import Iopmem

/// A number of bytes for people, never rounded.
enum BinaryUnits {
  /// The number in the largest unit that it is a whole number of, as `SizeArgument` takes it.
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
