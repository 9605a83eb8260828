import Linux
import SystemPackage
import TestSupport
import Testing

@Suite struct HeldFileTests {
  private let folder: TestSupport.TemporaryFolder

  init() throws { folder = try TestSupport.TemporaryFolder() }

  private func held(_ text: String, _ range: Range<UInt64>? = nil) throws -> HeldFile {
    try HeldFile(FilePath(try folder.write(Array(text.utf8), to: "file")), range)
  }

  @Test(arguments: ["131072\n", "131073\n", "1310720\n", "13107\n", ""])
  func everyOtherTextIsAnother(_ text: String) throws {
    let held = try held("131072\n")
    try folder.write(Array(text.utf8), to: "file")
    #expect(try held.saysTheSame() == (text == "131072\n"))
  }

  @Test func onlyTheRangeCounts() throws {
    let held = try held("0123456789", 4..<6)
    try folder.write(Array("xxxx45yyyyzzz".utf8), to: "file")
    #expect(try held.saysTheSame())
    try folder.write(Array("012345".utf8), to: "file")
    #expect(try held.saysTheSame())
    try folder.write(Array("01234".utf8), to: "file")
    #expect(try !held.saysTheSame())
  }

  @Test func whatCannotBeHeld() {
    #expect(throws: Errno.badMessage) { try held("no end of a line") }
    #expect(throws: Errno.badMessage) { try held("") }
    #expect(throws: Errno.badMessage) { try held("0123", 2..<6) }
    #expect(throws: Errno.noSuchFileOrDirectory) { try HeldFile("/no/such/file") }
  }
}
