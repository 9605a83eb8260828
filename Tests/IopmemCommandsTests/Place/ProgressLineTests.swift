import Iopmem
import Testing

@testable import IopmemCommands

/// How far the work is.
@Suite struct ProgressLineTests {
  private func text(_ done: UInt64, of total: UInt64, after seconds: Int) -> String {
    ProgressLine.text(ByteCount(done), of: ByteCount(total), after: .seconds(seconds))
  }

  @Test func itTellsTheRateAndTheTimeLeft() {
    #expect(text(256 << 20, of: 1 << 30, after: 2) == "25 % of 1GiB, 128MiB/s, 0:06 left")
    #expect(text(1 << 20, of: 4 << 30, after: 1) == "0 % of 4GiB, 1MiB/s, 1:08:15 left")
    #expect(text(1 << 30, of: 1 << 30, after: 4) == "100 % of 1GiB, 256MiB/s, 0:00 left")
  }

  @Test func itTellsNoTimeThatItDoesNotKnow() {
    #expect(text(0, of: 1 << 30, after: 5) == "0 % of 1GiB")
    #expect(text(1, of: .max, after: 1) == "0 % of 15EiB, 1/s")
    // The source grew meanwhile.
    #expect(text(2 << 30, of: 1 << 30, after: 1) == "100 % of 1GiB, 2GiB/s")
    #expect(text(.max, of: .max, after: 0) == "100 % of 15EiB")
  }
}
