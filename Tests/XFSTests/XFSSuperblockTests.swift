import Testing

@testable import XFS

@Suite struct XFSSuperblockTests {
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
    put(100, [0xB4, 0xA5, 2, 0])
    put(108, Array("label".utf8))
    bytes[124] = 7
    put(212, [0, 0, 0, 5])
    return bytes
  }

  @Test func fields() throws {
    let superblock = try #require(XFSSuperblock(Self.bytes()))
    #expect(superblock.blockSize == 4096)
    #expect(superblock.blockCount == 400)
    #expect(superblock.groupLength == 100)
    #expect(superblock.groupCount == 4)
    #expect(superblock.sectorSize == 512)
    #expect(superblock.label == Array("label".utf8))
    #expect(superblock.hasReflink)
    #expect(!superblock.hasReverseMap)
    #expect(!superblock.isInProgress)
    #expect(superblock.isSound)
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

  /// A byte of the superblock, and a value with which the numbers fit no more.
  @Test(arguments: [
    (4, 1), (6, 0), (7, 1), (8, 0xFF), (14, 0), (14, 2), (87, 0), (87, 99), (91, 0), (91, 5),
    (91, 3), (102, 0), (102, 0xFF), (124, 6), (124, 64),
  ])
  func numbersThatDoNotFit(_ offset: Int, _ value: UInt8) throws {
    var bytes = Self.bytes()
    bytes[offset] = value
    let superblock = try #require(XFSSuperblock(bytes))
    #expect(!superblock.isSound)
  }
}
