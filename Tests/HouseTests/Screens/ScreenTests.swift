internal import FoundationEssentials
internal import Linux
internal import TestSupport
internal import Testing

/// What people see, on a narrow terminal and on a wide one, against what was looked at and kept.
@Suite struct ScreenTests {
  private static let all = Screen.answers + Screen.checks + Screen.mistakes

  @Test(arguments: all.filter { $0.mount == nil || Project.isRoot })
  func aScreenIsAsItWasLookedAt(_ screen: Screen) async throws {
    let folder = try await ScreenFolder()
    let other = try await ScreenFolder()
    for (folder, columns) in [(folder, 80), (other, 140)] {
      let shown = try await folder.show(screen, columns: columns)
      let golden = "\(Project.folder)/Tests/Goldens/\(screen.name).\(columns)"
      if Project.environment("IOPMEM_WRITE_GOLDENS") == "1" {
        try Data(shown.utf8).write(to: URL(filePath: golden))
      }
      let scratch = try TemporaryFolder()
      let difference = try await Tool.run(
        "diff", ["-uN", golden, scratch.write(shown.utf8, to: "shown")])
      #expect(difference.status == 0, "\(difference.text)")
    }
  }

  /// Commands and pictures for other programs have the lines that those want.
  private static let forPrograms: Set = [
    "mkfs-plan", "bind-plan", "unbind-plan", "check-dot", "check-svg",
    "check-dot-acs", "check-svg-acs", "list-raw",
  ]

  @Test(arguments: all.filter { !forPrograms.contains($0.name) })
  func noLineIsWiderThanTheTerminal(_ screen: Screen) async throws {
    let golden = "\(Project.folder)/Tests/Goldens/\(screen.name).80"
    let text = String(decoding: try Data(contentsOf: URL(filePath: golden)), as: UTF8.self)
    for line in text.split(separator: "\n").dropFirst() {
      let shown = line.replacing(/\^\[\[[0-9;]*m/, with: "")
      // One word cannot be broken.
      #expect(TextWidth.columns(of: String(shown)) <= 80 || !shown.contains(/\S +\S/), "\(line)")
    }
  }

  @Test func everyVerbHasAScreen() async throws {
    let verbs = try await ProgramHelp.read().verbs.map(\.commandName)
    #expect(Set(verbs).subtracting(Self.all.map { String($0.verb) }) == [])
  }

  /// A golden that no screen writes would never be compared.
  @Test func everyGoldenHasAScreen() throws {
    let names = try FileManager.default.contentsOfDirectory(
      atPath: Project.folder + "/Tests/Goldens")
    #expect(Set(names) == Set(Self.all.flatMap { ["\($0.name).80", "\($0.name).140"] }))
  }
}
