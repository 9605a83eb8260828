import SystemPackage
import TestSupport
import Testing

@testable import Iopmem

@Suite struct XFSReverseMapTests {
  /// A superblock of a version, with features that a kernel must know to write.
  private static func superblock(version: UInt8, features: UInt8) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: 512)
    bytes.replaceSubrange(0..<4, with: Array("XFSB".utf8))
    bytes[101] = version
    bytes[215] = features
    return bytes
  }

  @Test(arguments: [
    (superblock(version: 5, features: 2), true), (superblock(version: 5, features: 7), true),
    (superblock(version: 5, features: 5), false), (superblock(version: 4, features: 2), false),
    ([UInt8](repeating: 2, count: 512), false), ([], false),
    (Array(superblock(version: 5, features: 2).prefix(511)), false),
  ])
  func isSeenInTheSuperblock(_ bytes: [UInt8], _ isOn: Bool) throws {
    let folder = try TemporaryFolder()
    let file = FilePath(try folder.write(bytes, to: "device"))
    #expect(try XFSReverseMap.isOn(file) == isOn)
  }

  /// What cannot be read is not taken for a device without.
  @Test func isUnseenWhereNothingCanBeRead() throws {
    let folder = try TemporaryFolder()
    #expect(throws: Errno.noSuchFileOrDirectory) {
      try XFSReverseMap.isOn(FilePath(folder("none")))
    }
  }
}
