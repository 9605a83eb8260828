/// Numbers as the kernel prints them into sysfs and procfs: digits alone.
///
/// The integers' own parsers take a sign as well, which no such file has where it means something.
public enum SysfsNumber {
  /// `1048576`; nil for anything else.
  public static func decimal(_ text: some StringProtocol) -> UInt64? {
    text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
      ? UInt64(text) : nil
  }

  /// `0x1100000000`, or `0` alone, which is how `%#llx` prints nothing; nil for anything else.
  public static func hex(_ text: some StringProtocol) -> UInt64? {
    if text == "0" { return 0 }
    let digits = text.dropFirst(2)
    guard text.hasPrefix("0x"), digits.allSatisfy({ $0.isASCII && $0.isHexDigit }) else {
      return nil
    }
    return UInt64(digits, radix: 16)
  }
}
