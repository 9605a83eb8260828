internal import TestSupport
internal import Testing

/// A capture shows the machine as it was before anybody looked.
@Suite struct CaptureTests {
  /// To read a function's config wakes it up.
  @Test func powerStatesAreReadBeforeAnyConfig() async throws {
    let folder = try TemporaryFolder()
    // It tells of every file that is read.
    try folder.write(
      Array(
        """
        #!/bin/sh
        echo "$1" >>"\(folder("log"))"
        exec /bin/cat "$@"
        """.utf8), to: "cat")
    try await Tool.require("chmod", ["+x", folder("cat")])
    try await Tool.require(
      "sh", [Project.folder + "/scripts/capture-machine", folder("capture")],
      environment: ["PATH": folder.path + ":/usr/sbin:/usr/bin:/sbin:/bin"])
    let read = String(decoding: try folder.read("log"), as: UTF8.self).split(separator: "\n")
    let functions = read.filter { $0.hasPrefix("/sys/devices/") }
    let states = functions.indices.filter { functions[$0].hasSuffix("/power_state") }
    let configs = functions.indices.filter { functions[$0].hasSuffix("/config") }
    #expect(states.count == configs.count)
    #expect(states.last ?? -1 < configs.first ?? 0)
  }
}
