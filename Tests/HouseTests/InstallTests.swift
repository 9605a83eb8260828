internal import FoundationEssentials
internal import TestSupport
internal import Testing

/// What an operator gets.
@Suite struct InstallTests {
  private let installed: Installation

  init() async throws { installed = try await Installation() }

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
      let schema = verb.schema.map { "share/iopmem/schemas/iopmem.\($0).schema.json" }
      for path in [page, schema].compactMap(\.self) {
        #expect(FileManager.default.isReadableFile(atPath: installed(path)), "\(path)")
      }
    }
  }

  @Test func nothingIsLeftBehind() async throws {
    try await installed.make("uninstall")
    let left = try await Tool.require("find", [installed.folder.path, "-not", "-type", "d"])
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
