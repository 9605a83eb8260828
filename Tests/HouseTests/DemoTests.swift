internal import TestSupport
internal import Testing

/// The demonstration is one that can fail.
@Suite struct DemoTests {
  @Test func itPlacesReadsAndWritesEveryByte() async throws {
    let tool = try await Tool.run(Project.folder + "/scripts/demo", [Project.binary])
    #expect(tool.status == 0, "\(tool.text)\(tool.errors)")
    #expect(tool.text.contains("segments: all equal"))
    #expect(tool.text.contains("written 8388608 bytes by the peer"))
    let wide = tool.text.split(separator: "\n").filter { $0.count > 80 }
    #expect(wide.isEmpty && tool.errors.isEmpty, "\(wide)\(tool.errors)")
  }

  @Test func aWrongAddressIsADifference() async throws {
    let folder = try TemporaryFolder()
    // A toolkit whose addresses are one byte too high.
    try folder.write(
      Array(
        """
        #!/bin/bash
        set -o pipefail
        \(Project.binary) "$@" | sed 's/0","cpu_address"/1","cpu_address"/g'
        """.utf8), to: "iopmem")
    try await Tool.require("chmod", ["+x", folder("iopmem")])
    let tool = try await Tool.run(Project.folder + "/scripts/demo", [folder("iopmem")])
    #expect(tool.status != 0, "\(tool.errors)")
    #expect(tool.errors.contains("other bytes"), "\(tool.errors)")
  }
}
