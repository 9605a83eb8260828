import Iopmem
import Testing

@testable import IopmemCommands

@Suite struct TextTableTests {
  @Test func columnsAsWideAsTheirWidestCell() {
    var table = TextTable(["NAME", "SIZE>", "LAST"])
    table.append(["a", "1", ""])
    table.append(["└─æ", "1000000", "x"])
    #expect(
      table.text == """
        NAME     SIZE  LAST
        a           1  -
        └─æ   1000000  x

        """)
  }

  @Test(
    arguments: [
      (0, "0"), (512, "512"), (1024, "1KiB"), (1536, "1536"), (64 << 20, "64MiB"),
      (200_000 << 10, "200000KiB"), (1 << 50, "1PiB"), (.max, "18446744073709551615"),
    ] as [(UInt64, String)])
  func lengthsAreNeverRounded(_ count: UInt64, _ text: String) {
    #expect(BinaryUnits.text(ByteCount(count)) == text)
  }
}
