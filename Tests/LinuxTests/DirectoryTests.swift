import Linux
import SystemPackage
import TestSupport
import Testing

@Suite struct DirectoryTests {
  @Test func namesAreBytes() throws {
    let folder = try TemporaryFolder()
    let names: [[UInt8]] = [Array("plain".utf8), [0x62, 0xFF], Array("new\nline".utf8)]
    for name in names {
      let path = FilePath(folder.path).appending(FilePath(bytes: name).components)
      _ = try Descriptor(path, .writeOnly, options: .create, permissions: .ownerReadWrite)
    }
    var directory = try Directory(FilePath(folder.path))
    var found: Set<[UInt8]> = []
    while let entry = try directory.next() {
      #expect(entry.kind == .regular)
      found.insert(entry.name.bytes)
    }
    #expect(found == Set(names))
  }

  @Test(arguments: ["", "/", "a", "/a/b", "."]) func entriesAreBelowTheirFolder(folder: FilePath) {
    for name: [UInt8] in [Array("plain".utf8), [0x62, 0xFF], Array("...".utf8), [0x0A]] {
      let name = FilePath(bytes: name)
      #expect(folder.entry(name).bytes == folder.appending(name.components).bytes)
    }
  }

  @Test func symbolicLinkIsRefused() async throws {
    let folder = try TemporaryFolder()
    try await Tool.require("ln", ["-s", "/", folder("link")])
    #expect(throws: Errno.self) { _ = try Directory(FilePath(folder("link"))) }
  }
}
