internal import FoundationEssentials
internal import Iopmem
internal import TestSupport
internal import Testing

/// The man pages say what the program does.
@Suite struct ManualTests {
  @Test func everyVerbAndItsPageTellTheSameOptions() async throws {
    let help = try await ProgramHelp.read()
    #expect(!help.verbs.isEmpty)
    for command in [help.command] + help.verbs {
      let page = try ManualPage(command.page)
      #expect(page.options == command.options, "\(command.page)")
    }
  }

  /// What readers of man-db look for, in the order of mdoc(7), and whose page it is.
  @Test func everyPageHasTheSectionsThatReadersExpect() async throws {
    let pages = try FileManager.default.contentsOfDirectory(atPath: Project.folder + "/man")
    for name in pages {
      let lines = try ManualPage("man/" + name).text.split(separator: "\n")
      let sections = lines.filter { $0.hasPrefix(".Sh ") }.map { $0.dropFirst(4) }
      let expected: [Substring] =
        name.hasSuffix(".8")
        ? ["ENVIRONMENT", "EXIT STATUS", "EXAMPLES", "SEE ALSO", "AUTHORS", "BUGS"]
        : ["SEE ALSO", "AUTHORS"]
      #expect(sections.filter { expected.contains($0) } == expected, "\(name)")
      #expect(lines.contains(".Os iopmem"), "\(name)")
      #expect(!lines.contains(".Ss Examples"), "\(name)")
    }
  }

  /// What who runs a verb must be allowed, in one place on every page: before the variables.
  @Test func everyVerbTellsItsPrivileges() async throws {
    for verb in try await ProgramHelp.read().verbs {
      let page = try ManualPage(verb.page)
      let lines = page.text.split(separator: "\n")
      let sections = lines.filter { $0.hasPrefix(".Sh ") }
      let place = try #require(sections.firstIndex(of: ".Sh PRIVILEGES"), "\(verb.page)")
      #expect(sections[place + 1] == ".Sh ENVIRONMENT", "\(verb.page)")
    }
  }

  @Test func everyOptionThatExplanationsAdviseIsAVerbs() async throws {
    let known = Set(try await ProgramHelp.read().verbs.flatMap(\.options))
    for option in CallerOption.allCases { #expect(known.contains("--\(option.rawValue)")) }
  }

  @Test func theOverviewNamesEveryVerb() async throws {
    let overview = try ManualPage("man/iopmem.8").text
    for verb in try await ProgramHelp.read().verbs {
      #expect(overview.contains("\n.It Cm \(verb.commandName)"))
    }
  }

  @Test func everyClassOfCheckIsDescribed() throws {
    let page = try ManualPage("man/iopmem-fiemap.8").text
    for hazard in Hazard.allCases {
      let isNamed = page.contains(
        hazard.canBeAllowed ? "\n.It \(hazard.rawValue)\n" : "Ql \(hazard.rawValue)")
      #expect(isNamed, "\(hazard)")
    }
    for doubt in ImageFileMapper.Doubt.allCases {
      #expect(page.contains("\n.It \(doubt.rawValue)\n"), "\(doubt)")
    }
  }

  @Test func everyWayToKnowAWindowIsInSchemaAndPage() throws {
    let page = try ManualPage("man/iopmem-fiemap.8").text
    let schema = try ManualPage("share/schemas/iopmem.fiemap.schema.json").text
    for source in Window.Source.allCases {
      #expect(page.contains(".Ql \(source.rawValue)\n"), "\(source)")
      #expect(schema.contains("\"\(source.rawValue)\""), "\(source)")
    }
  }

  @Test func everyFindingIsDescribed() throws {
    let page = try ManualPage("man/iopmem-check.8").text
    let described = page.split(separator: "\n").filter { $0.hasPrefix(".It ") }
      .flatMap { $0.dropFirst(4).split(separator: " ").map(String.init) }
    for code in Finding.Code.allCases {
      #expect(described.contains(code.rawValue), "\(code.rawValue)")
    }
  }

  @Test func everyNameOfWhatGoesWrongIsListed() throws {
    let page = try ManualPage("man/iopmem.7").text
    let listed = page.split(separator: "\n").filter { $0.hasPrefix(".It Cm ") }
      .flatMap { $0.dropFirst(7).split(separator: " ").map(String.init) }.filter { $0 != "," }
    #expect(Set(listed) == Set(Failure.allNames))
    #expect(listed.count == Set(listed).count)
  }

  @Test func pagesAreWellFormed() async throws {
    let folder = Project.folder + "/man"
    let pages = try FileManager.default.contentsOfDirectory(atPath: folder)
    #expect(pages.count >= 3)
    for page in pages {
      let lint = try await Tool.run("mandoc", ["-T", "lint", "-W", "warning", "\(folder)/\(page)"])
      #expect(lint.status == 0, "\(lint.text)")
    }
  }

  @Test func optionsAreFoundInEveryWayOfWritingThem() {
    let page = ManualPage(
      text: """
        .It Fl r , -recursive
        .It Fl \\-json
        .It Fl a , Fl \\-all
        .It Fl L Ar text , Fl -label Ar text
        .It Fl -journal Ar size | Cm none
        .It Fl \\- Ar extra ...
        .It Cm list
        Text of Fl -other
        """)
    #expect(
      page.options
        == ["-r", "--recursive", "--json", "-a", "--all", "-L", "--label", "--journal"])
  }

  @Test func everyNameOfTheProgramTellsTheSameVersion() async throws {
    let folder = try TemporaryFolder()
    let links = try await ProgramHelp.read().verbs.map {
      $0.commandName == "mkfs" ? "mkfs.iopmem" : "iopmem-\($0.commandName)"
    }
    for name in ["iopmem"] + links {
      try await Tool.require("ln", ["-s", Project.binary, folder(name)])
      let tool = try await Tool.require(folder(name), ["--version"])
      #expect(tool.text.hasPrefix("iopmem \(Version.current)\nCopyright "), "\(name)")
    }
    let short = try await Tool.require(folder("mkfs.iopmem"), ["-V"])
    #expect(short.text.hasPrefix("iopmem \(Version.current)\n"))
  }
}
