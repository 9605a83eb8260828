import Testing

@testable import Iopmem

@Suite struct XFSReadBackTests {
  /// The start of a superblock of version 5: 4 groups of 100 blocks.
  private static func bytes() -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: 512)
    func put(_ offset: Int, _ values: [UInt8]) {
      bytes.replaceSubrange(offset..<offset + values.count, with: values)
    }
    put(0, Array("XFSB".utf8))
    put(4, [0, 0, 0x10, 0])
    put(8, [0, 0, 0, 0, 0, 0, 1, 0x90])
    put(84, [0, 0, 0, 100])
    put(88, [0, 0, 0, 4])
    put(100, [0xB4, 0xA5])
    put(108, Array("label".utf8))
    put(212, [0, 0, 0, 5])
    return bytes
  }

  @Test func fields() throws {
    let superblock = try #require(XFSSuperblock(Self.bytes()))
    #expect(superblock.blockSize == 4096)
    #expect(superblock.blockCount == 400)
    #expect(superblock.groupLength == 100)
    #expect(superblock.groupCount == 4)
    #expect(superblock.label == Array("label".utf8))
    #expect(superblock.hasReflink)
    #expect(!superblock.hasReverseMap)
    #expect(!superblock.isInProgress)
  }

  @Test func aReverseMapIsSeen() throws {
    var bytes = Self.bytes()
    bytes[215] = 2
    let superblock = try #require(XFSSuperblock(bytes))
    #expect(superblock.hasReverseMap)
    #expect(!superblock.hasReflink)
  }

  @Test func whatIsNoneIsRefused() {
    #expect(XFSSuperblock([]) == nil)
    #expect(XFSSuperblock(Array(Self.bytes().prefix(511))) == nil)
    var old = Self.bytes()
    old[101] = 0xA4
    #expect(XFSSuperblock(old) == nil)
    #expect(XFSSuperblock([UInt8](repeating: 0xFF, count: 512)) == nil)
  }

  private func largest(_ report: String) throws -> LargestRuns? {
    ReadBack.freeRuns(
      inReport: report, of: try #require(XFSSuperblock(Self.bytes())), blockSize: .page,
      into: LargestRuns(alignment: .page, deviceStart: .zero))
  }

  @Test func report() throws {
    let runs = try largest(
      """
          agno    agbno      len
             0       10       20
             2        1       90
         from      to extents  blocks    pct
            1       1      16      16   0.00
      """)
    #expect(runs?.any?.start == DeviceOffset(201 * 4096))
    #expect(runs?.any?.length == ByteCount(90 * 4096))
  }

  @Test(arguments: [
    "", "4 0 1", "0 100 1", "0 x 1", "0 1 18446744073709551615", "0 1 99999999999999999999",
    "from to extents",
  ])
  func reportThatMakesNoSense(_ text: String) throws {
    #expect(try largest(text) == nil)
  }
}
