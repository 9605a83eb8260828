internal import CLinux

/// How wide text is on a terminal.
///
/// Whatever the locale of the user, the toolkit writes UTF-8: widths are those of a UTF-8 terminal,
/// from the locale C.UTF-8. A machine without that locale counts one column for each scalar.
public enum TextWidth {
  /// The columns that a text takes, which has no control characters.
  ///
  /// The corresponding C function is `wcwidth`.
  public static func columns(of text: String) -> Int {
    if text.utf8.allSatisfy({ $0 < 0x80 }) { return text.utf8.count }
    let scalars = text.unicodeScalars.map(\.value)
    return unsafe scalars.withUnsafeBufferPointer {
      unsafe iopmem_columns($0.baseAddress, $0.count)
    }
  }
}
