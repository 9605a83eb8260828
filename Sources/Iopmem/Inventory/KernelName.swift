/// Names that the kernel gives to things in sysfs.
enum KernelName {
  /// Whether a text can be such a name: one part of a path, of printing characters.
  static func isOne(_ text: some StringProtocol) -> Bool {
    let bytes = text.utf8
    return (1...255).contains(bytes.count) && text != "." && text != ".."
      && bytes.allSatisfy { (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "/") }
  }
}
