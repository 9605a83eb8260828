/// The program's arguments as bytes.
///
/// `CommandLine.arguments` repairs what is not UTF-8, and a file named by such bytes would then
/// not be found.
public enum Arguments {
  /// `argv`, whole: the program's name first.
  public static var raw: [[UInt8]] {
    (0..<Int(CommandLine.argc)).compactMap { index in
      guard let text = unsafe CommandLine.unsafeArgv[index] else { return nil }
      var bytes: [UInt8] = []
      var position = 0
      while unsafe text[position] != 0 {
        unsafe bytes.append(UInt8(bitPattern: text[position]))
        position += 1
      }
      return bytes
    }
  }

  /// The arguments after the first `--`.
  public static var afterTerminator: ArraySlice<[UInt8]> {
    raw.drop { $0 != Array("--".utf8) }.dropFirst()
  }
}
