import Iopmem
import Testing

@testable import IopmemCommands

@Suite struct DigitsTests {
  @Test(arguments: [
    0, 1, 9, 10, 99, 100, 4096, 9_999_999_999, UInt64.max - 1, .max,
    10_000_000_000_000_000_000, 9_999_999_999_999_999_999,
  ])
  func areWhatStringsAre(_ value: UInt64) {
    var decimal: [UInt8] = []
    decimal.appendDecimal(value)
    #expect(String(decoding: decimal, as: UTF8.self) == String(value))
    var hex: [UInt8] = []
    hex.appendHex(value)
    #expect(String(decoding: hex, as: UTF8.self) == "0x" + String(value, radix: 16))
  }

  @Test func widths() {
    var line: [UInt8] = []
    line.appendDecimal(42, width: 5)
    line.appendHex(0xAB, digits: 4)
    line.appendDecimal(123_456, width: 3)
    #expect(String(decoding: line, as: UTF8.self) == "   420x00ab123456")
  }

  @Test(arguments: [
    ("0", 0), ("4096", 4096), ("0x1000", 4096), ("8M", 8 << 20), ("1GiB", 1 << 30), ("2k", 2048),
  ])
  func sizes(_ text: String, _ bytes: UInt64) {
    #expect(SizeArgument(argument: text)?.count.rawValue == bytes)
  }

  @Test(arguments: [
    "", "-1", "+1", "1.5G", "0x", "0x-1", "M", "iB", "5iB", "99999999999T", "1 K", "٣", "1ß", "1ŉ",
    "1ﬁ", "1\u{600}K", "1K\u{301}", "ßK",
  ])
  func notSizes(_ text: String) { #expect(SizeArgument(argument: text) == nil) }
}
