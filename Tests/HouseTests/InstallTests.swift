internal import FoundationEssentials
internal import TestSupport
internal import Testing

/// What an operator gets.
@Suite struct InstallTests {
  private let folder: TemporaryFolder

  init() async throws {
    folder = try TemporaryFolder()
    try await make("install")
  }

  /// Installs this build, wherever the makefile takes its own from.
  private func make(_ target: String) async throws {
    try await Tool.require(
      "make",
      [
        "-s", "-C", Project.folder, target, "static=\(Project.binary)", "DESTDIR=\(folder.path)",
        "PREFIX=/opt/iopmem",
      ])
  }

  private func installed(_ path: String) -> String { folder("opt/iopmem/" + path) }

  @Test func everyNameIsThatVerb() async throws {
    for verb in try await ProgramHelp.read().verbs.map(\.commandName) {
      let link = verb == "mkfs" ? "sbin/mkfs.iopmem" : "bin/iopmem-\(verb)"
      let byLink = try await Tool.require(installed(link), ["--help"])
      let byVerb = try await Tool.require(installed("bin/iopmem"), [verb, "--help"])
      #expect(byLink.output == byVerb.output, "\(link)")
    }
  }

  @Test func pagesAndSchemasAreThere() async throws {
    for verb in try await ProgramHelp.read().verbs {
      let page = verb.page.replacing("man/", with: "share/man/man8/")
      // What a lease prints is a map, in the schema of maps.
      let hasSchema = verb.options.contains("--json") && verb.commandName != "lease"
      let schema = "share/iopmem/schemas/iopmem.\(verb.commandName).schema.json"
      for path in hasSchema ? [page, schema] : [page] {
        #expect(FileManager.default.isReadableFile(atPath: installed(path)), "\(path)")
      }
    }
  }

  @Test func nothingIsLeftBehind() async throws {
    try await make("uninstall")
    let left = try await Tool.require("find", [folder.path, "-not", "-type", "d"])
    #expect(left.text.isEmpty)
  }

  @Test(arguments: Shell.allCases)
  func shellsCompleteEveryName(shell: Shell) async throws {
    for (name, typed, option) in Shell.examples {
      let completed = try await shell.complete(name, typed, with: installed("share"))
      #expect(completed == option, "\(name)")
    }
  }
}
