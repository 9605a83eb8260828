import Iopmem
import TestSupport
import Testing

@testable import IopmemCommands

@Suite struct ShellQuotedTests {
  @Test(arguments: [
    ("plain/-a,b=c:d@e%f+1", "plain/-a,b=c:d@e%f+1"), ("", "''"), ("a b", "'a b'"),
    ("it's", "'it'\\''s'"), ("$(reboot)", "'$(reboot)'"), ("~", "'~'"), ("æ", "'æ'"),
    ("a\nb'\\", "$'a\\012b\\'\\\\'"), ("\u{202E}", "$'\\342\\200\\256'"),
  ])
  func quotes(_ argument: String, _ text: String) {
    #expect(ShellQuoted(Array(argument.utf8)).text == text)
  }

  @Test func aShellTakesItBack() async throws {
    for bytes: [UInt8] in [
      [0xFF], Array("1\u{7F}0".utf8) + [0x80], Array("' \t\"$x`y`\\".utf8), [0x01, 0x31],
    ] {
      let line = "printf %s " + ShellQuoted(bytes).text
      #expect(try await Tool.require("bash", ["-c", line]).output == bytes)
    }
  }
}

@Suite struct MkfsReportTests {
  @Test(
    arguments: [
      (0, 1, "0.00"), (1, 1, "100.00"), (1, 3, "33.33"), (2, 3, "66.66"), (5, 0, "0.00"),
      (.max - 1, .max, "99.99"), (.max, .max, "100.00"), (9, 3, "0.00"),
    ] as [(UInt64, UInt64, String)])
  func percent(_ part: UInt64, _ whole: UInt64, _ text: String) {
    #expect(MkfsReport.percent(ByteCount(part), of: ByteCount(whole)) == text)
  }
}
