internal import CLinux

extension String {
  /// Whether these bytes stand anywhere in it.
  ///
  /// The corresponding C function is `strstr`: the standard library's search makes tables first.
  public func holds(_ part: String) -> Bool {
    unsafe withCString { text in unsafe part.withCString { unsafe strstr(text, $0) != nil } }
  }
}
