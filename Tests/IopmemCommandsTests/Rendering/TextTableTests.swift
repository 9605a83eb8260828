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

  @Test func widthsAreColumnsOfATerminal() {
    var table = TextTable(["NAME", "LAST"])
    table.append(["日本", "wide"])
    table.append(["e\u{301}", "combined"])
    table.append(["abcde", "narrow"])
    #expect(
      table.text == """
        NAME   LAST
        日本   wide
        e\u{301}      combined
        abcde  narrow

        """)
  }

  @Test func aColumnCanBeWiderThanItsCells() {
    var table = TextTable([.init("SIZE", isRight: true, minimumWidth: 6), "PATH"])
    table.append(["1", "a"])
    table.append(["1000000", "b"])
    #expect(table.text == "   SIZE  PATH\n      1  a\n1000000  b\n")
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
