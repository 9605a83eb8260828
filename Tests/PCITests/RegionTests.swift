import PCI
import Testing

@Suite struct RegionTests {
  @Test func aFunctionsLines() throws {
    let lines = try #require(
      Region.lines(
        """
        0x00000000fde00000 0x00000000fde000ff 0x0000000000040200
        0x0000000000000000 0x0000000000000000 0x0000000000000000
        0x0000001100000000 0x000000110fffffff 0x000000000014220c
        """))
    #expect(lines.count == 3)
    #expect(lines[0]?.start == 0xFDE0_0000)
    #expect(lines[0]?.length == 256)
    #expect(lines[1] == nil)
    #expect(lines[2]?.length == 256 << 20)
    #expect(lines[2]?.flags.isSuperset(of: [.memory, .prefetchable, .wide]) == true)
    #expect(lines[2]?.isAssigned == true)
  }

  @Test(arguments: [
    "garbage", "0x1 0x2", "0x1 0x2 0x200 0x4", "-0x1 0x2 0x200", "+1 2 3", "1 2 3",
    "0x1 0x2 0x1ffffffffffffffff", "0x1 0x2 0x", "0x1\u{0660} 0x2 0x200", "0x1 - 0x200",
  ])
  func malformed(_ text: String) { #expect(Region.lines(text) == nil) }

  @Test(arguments: [
    "0x2000 0x1fff 0x200",  // Backwards.
    "0x0 0xffffffffffffffff 0x200",  // 2^64 bytes.
    "0x1000 0x1fff 0x0",  // Of no kind.
  ])
  func noRegion(_ line: String) { #expect(Region.lines(line) == [nil]) }

  @Test(arguments: ["0x0 0xfff 0x200", "0x1000 0x1fff 0x20000200", "0x1000 0x1fff 0x10000200"])
  func unassigned(_ line: String) throws {
    let lines = try #require(Region.lines(line))
    let region = try #require(lines[0])
    #expect(!region.isAssigned)
  }
}
