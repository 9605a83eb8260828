import Linux
import SystemPackage
import TestSupport
import Testing

/// Files that gzip(1) made.
@Suite struct CompressedTests {
  private let folder: TestSupport.TemporaryFolder
  private let root: SystemRoot
  private let content = [UInt8]((0..<200_000).map { UInt8(truncatingIfNeeded: $0 * $0 >> 7) })

  init() async throws {
    folder = try TestSupport.TemporaryFolder()
    root = SystemRoot(FilePath(folder.path))
    try folder.write(content, to: "plain")
    try await Tool.require("gzip", ["-k", folder("plain")])
  }

  @Test func whole() throws {
    #expect(try root.inflated("plain.gz", limit: 200_000) == content)
    #expect(try root.inflated("plain", limit: 200_000) == content)
  }

  @Test func tooLong() {
    #expect(throws: Errno.fileTooLarge) { try root.inflated("plain.gz", limit: 199_999) }
  }

  @Test(.timeLimit(.minutes(20))) func aPipeIsNotWaitedFor() async throws {
    try await Tool.require("mkfifo", [folder("pipe")])
    #expect(try root.inflated("pipe", limit: 1) == [])
  }

  @Test func damaged() throws {
    let whole = try folder.read("plain.gz")
    for length in [11, 1000, whole.count - 1] {
      try folder.write(Array(whole.prefix(length)), to: "cut.gz")
      #expect(throws: Errno.badMessage) { try root.inflated("cut.gz", limit: 1 << 20) }
    }
    var changed = whole
    changed[whole.count / 2] ^= 0xFF
    try folder.write(changed, to: "changed.gz")
    #expect(throws: Errno.badMessage) { try root.inflated("changed.gz", limit: 1 << 20) }
    #expect(throws: Errno.noSuchFileOrDirectory) { try root.inflated("none.gz", limit: 1) }
  }
}
