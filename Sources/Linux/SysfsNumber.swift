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
  public static func hex(_ text: some StringProtocol) -> UInt64? { hex(text.utf8) }

  /// The same of bytes: a machine's `resource` files hold twenty thousand such numbers.
  @inlinable
  public static func hex(_ text: some Collection<UInt8>) -> UInt64? {
    var rest = text[...]
    guard rest.popFirst() == UInt8(ascii: "0") else { return nil }
    guard let prefix = rest.popFirst() else { return 0 }
    guard prefix == UInt8(ascii: "x") else { return nil }
    return Hex.number(rest)
  }
}
