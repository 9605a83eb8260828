import TestSupport
import Testing

/// Values that follow a short option at once, as users of mkfs(8) type them.
@Suite struct MkfsJoinedTests {
  @Test func theyAreTheOptionsOwn() async throws {
    let folder = try TemporaryFolder()
    let uuid = "8a3f6c1e-0000-4000-8000-0123456789ab"
    let tool = try await Tool.iopmem(
      ["mkfs", "-q", "-text4", "-Lfoo", "-U\(uuid)", "--size", "64M", folder("a")])
    #expect(tool.status == 0, "\(tool.errors)")
    let found = try await Tool.require("blkid", ["-p", "-o", "export", folder("a")]).text
    #expect(found.contains("LABEL=foo\n") && found.contains("UUID=\(uuid)\n"), "\(found)")
  }
}
