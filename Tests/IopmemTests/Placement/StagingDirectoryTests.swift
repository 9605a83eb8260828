import Linux
import SystemPackage
import TestSupport
import Testing

@testable import Iopmem

@Suite struct StagingDirectoryTests {
  private let folder: TestSupport.TemporaryFolder

  init() throws { folder = try TestSupport.TemporaryFolder() }

  private func parent() throws -> Descriptor {
    try Descriptor(FilePath(folder.path), .readOnly, options: .directory)
  }

  private var names: [String] {
    get throws { try SystemRoot(FilePath(folder.path)).names(in: ".") }
  }

  @Test func itGoesWithAllThatIsInIt() throws {
    let parent = try parent()
    let stage = try StagingDirectory(in: parent)
    try stage.descriptor.makeDirectory("deep", permissions: 0o700)
    try stage.descriptor.makeDirectory("deep/er", permissions: 0o500)
    try stage.descriptor.makeSymbolicLink("link", to: Array("/".utf8))
    try stage.descriptor.makeSymbolicLink("deep/link", to: Array("..".utf8))
    try stage.remove(from: parent)
    #expect(try names.isEmpty)
  }

  /// Who owns the folder can put anything in the place of the directory's name.
  @Test func nothingOutsideGoesWhenItsNameIsTakenByALink() throws {
    let outside = try TestSupport.TemporaryFolder()
    try outside.write([1], to: "passwd")
    let parent = try parent()
    let stage = try StagingDirectory(in: parent)
    try stage.descriptor.makeSymbolicLink("passwd", to: Array("nowhere".utf8))
    let name = try #require(try names.first)
    try parent.rename(FilePath(name), to: parent, as: "moved", .keep)
    try parent.makeSymbolicLink(FilePath(name), to: Array(outside.path.utf8))
    #expect(throws: Errno.notDirectory) { try stage.remove(from: parent) }
    #expect(try outside.read("passwd") == [1])
    #expect(try names.sorted() == [name, "moved"].sorted())
  }

  @Test func whatAKilledPlacementLeftIsSweptAndALockedOneIsNot() throws {
    let parent = try parent()
    let stage = try StagingDirectory(in: parent)
    try parent.makeDirectory(".iopmem-place.dead", permissions: 0o700)
    try folder.write([1], to: ".iopmem-place.dead/file")
    try StagingDirectory.sweep(parent)
    #expect(try names.count == 1)
    try stage.remove(from: parent)
    #expect(try names.isEmpty)
  }
}
