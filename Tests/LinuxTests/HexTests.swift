import Linux
import Testing

@Suite struct HexTests {
  @Test(arguments: [
    ("0", 0), ("00ff", 255), ("DeadBeef", 0xDEAD_BEEF), ("ffffffffffffffff", UInt64.max),
    ("0000000000000000001", 1), ("", nil), ("10000000000000000", nil), ("-1", nil), ("+1", nil),
    ("0x1", nil), ("g", nil), ("１", nil),
  ])
  func numbers(_ text: String, _ number: UInt64?) {
    #expect(Hex.number(text.utf8) == number)
  }

  @Test(arguments: [("", []), ("00fF10", [0, 255, 16]), ("0", nil), ("0g", nil), ("123", nil)])
  func bytes(_ text: String, _ bytes: [UInt8]?) {
    #expect(Hex.bytes(text.utf8) == bytes)
  }

  @Test func everyByteComesBack() {
    let bytes = (0...255).map { UInt8($0) }
    let digits = Hex.digits(of: bytes)
    #expect(digits.count == 512 && digits.prefix(6).elementsEqual("000102".utf8))
    #expect(String(decoding: digits, as: UTF8.self).lowercased().utf8.elementsEqual(digits))
    #expect(Hex.bytes(digits) == bytes)
  }

  @Test func widths() {
    #expect(Hex.text(0 as UInt8) == "0" && Hex.text(10 as UInt8, width: 2) == "0a")
    #expect(Hex.text(0x12345 as UInt32, width: 4) == "12345")
  }
}
