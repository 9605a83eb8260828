/// A kernel's version, as far as features go by it.
public struct KernelVersion: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// The first number.
  public let major: Int
  /// The second number.
  public let minor: Int

  /// The version of these numbers.
  public init(_ major: Int, _ minor: Int) {
    self.major = major
    self.minor = minor
  }

  /// The version in `Linux version 6.12.117+deb12 …`, as proc_version(5) has it; nil for another
  /// text.
  public init?(_ text: some StringProtocol) {
    let words = text.split(separator: " ", maxSplits: 3)
    guard words.count >= 3, words[0] == "Linux", words[1] == "version" else { return nil }
    let numbers = words[2].split(separator: ".", maxSplits: 2).map {
      $0.prefix { $0.isASCII && $0.isNumber }
    }
    guard numbers.count >= 2, let major = Int(numbers[0]), let minor = Int(numbers[1]) else {
      return nil
    }
    self.init(major, minor)
  }

  /// The release in full, `6.12.117+deb12`, as uname(1) has it and the names of the kernel's files
  /// do, in a text as proc_version(5) has it; nil for another text.
  public static func release(in text: String) -> String? {
    let words = text.split(separator: " ", maxSplits: 3)
    guard words.count >= 3, words[1] == "version", !words[2].contains("/") else { return nil }
    return String(words[2])
  }

  /// Whether the left is older.
  public static func < (left: KernelVersion, right: KernelVersion) -> Bool {
    (left.major, left.minor) < (right.major, right.minor)
  }

  /// As in `6.12`.
  public var description: String { "\(major).\(minor)" }
}
