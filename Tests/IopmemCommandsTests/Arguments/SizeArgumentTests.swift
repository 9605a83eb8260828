import Iopmem
import Testing

@testable import IopmemCommands

/// Numbers of bytes as users write them.
@Suite struct SizeArgumentTests {
  @Test(
    arguments: [
      ("0", 0), ("65536", 65536), ("0x1000", 4096), ("0x1B", 27), ("0xb", 11), ("64K", 65536),
      ("64k", 65536), ("64KiB", 65536), ("64kiB", 65536), ("64KB", 64000), ("64kB", 64000),
      ("1MB", 1_000_000), ("1MiB", 1 << 20), ("3G", 3 << 30), ("3GB", 3_000_000_000),
      ("2TB", 2_000_000_000_000), ("1P", 1 << 50), ("0x10KB", 16000),
      ("16383P", 16383 << 50), ("18446PB", 18_446_000_000_000_000_000 as UInt64),
    ] as [(String, UInt64)])
  func whatIsTaken(_ text: String, _ bytes: UInt64) {
    #expect(SizeArgument(argument: text)?.count.rawValue == bytes)
  }

  @Test(arguments: [
    "", "K", "KB", "iB", "64B", "64iB", "64Q", "64KBB", "64KiBiB", "64KKB", "64mb", "64 K", "-1",
    "+1",
    "1.5M", "16384P", "18447PB", "18446744073709551616", "64\u{212A}", "64\u{DF}", "0x", "0xK",
  ])
  func whatIsNot(_ text: String) {
    #expect(SizeArgument(argument: text) == nil)
  }
}
