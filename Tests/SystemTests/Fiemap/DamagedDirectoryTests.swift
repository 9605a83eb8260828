import struct Linux.Descriptor
import SystemPackage
import TestSupport
import Testing

/// Names that the kernel does not find, or of which it finds another, lead to no map.
@Suite struct DamagedDirectoryTests {
  @Test(arguments: [
    (["sif /sub size 8192"], "is a directory of 8192 bytes"),
    (["sif /sub flags 0x81000"], "index does not begin"), (["sif /sub flags 0x80800"], "the flags"),
  ])
  func noNameIsBelieved(_ commands: [String], _ words: String) async throws {
    let image = try await OfflineImage(["-t", "ext4", "-O", "^encrypt"])
    try await image.change(commands)
    for path in ["/sub/f7", "/sub"] {
      let map = try await image.map("-r", path)
      #expect(map.status == 2 && map.errors.contains(words), "\(commands): \(map.errors)")
    }
    try await image.map("/big").expect(status: 0)
  }

  @Test func namesThatAreNone() async throws {
    let image = try await OfflineImage(["-t", "ext4", "-O", "^metadata_csum"])
    let block = try await image.block(0, of: "/sub")
    // Behind the directory's and its parent's: the first letter of the first file's name.
    for byte in [UInt8(ascii: "/"), 0] {
      try image.overwrite([byte], at: block * 4096 + 32)
      let map = try await image.map("-r", "/sub")
      #expect(map.status == 2 && map.errors.contains("a name that is none"), "\(map.errors)")
    }
  }

  /// Two files of one name: the kernel finds but one.
  @Test func aNameThatIsThereTwice() async throws {
    let image = try await OfflineImage(["-t", "ext4", "-O", "^metadata_csum"])
    let start = try await image.block(0, of: "/sub") * 4096
    var names = [UInt8](repeating: 0, count: 4096)
    _ = try Descriptor(FilePath(image.path), .readOnly).read(at: start, into: &names)
    // Behind `.` and `..`: eight bytes and the name, whose length is the seventh byte.
    let next = 24 + Int(names[28])
    #expect(names[30] > 0)
    try image.overwrite([names[30]], at: start + UInt64(next) + 6)
    try image.overwrite(Array(names[32..<32 + Int(names[30])]), at: start + UInt64(next) + 8)
    let map = try await image.map("-r", "/sub")
    #expect(map.status == 2 && map.errors.contains("or one twice"), "\(map.errors)")
  }

  /// An index that e2fsck made is one.
  @Test(arguments: ["metadata_csum", "^metadata_csum,uninit_bg"])
  func indexesAreRead(_ feature: String) async throws {
    let image = try await OfflineImage(
      ["-t", "ext4", "-O", feature], blockSize: 1024, directories: 1, filesInEach: 300)
    _ = try await Tool.run("e2fsck", ["-fyD", image.path])
    #expect(try await image.words("stat /d0").contains("0x81000"))
    let map = try await image.map("-r", "/d0")
    #expect(map.status == 0 && map.text.split(separator: "\n").count >= 301, "\(map.errors)")
  }
}
