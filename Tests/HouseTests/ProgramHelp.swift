internal import FoundationEssentials
internal import TestSupport

/// What the program says of its own options, for other programs.
struct ProgramHelp: Decodable {
  /// A verb, or the program.
  struct Command: Decodable {
    struct Argument: Decodable {
      struct Name: Decodable {
        let kind: String
        let name: String
      }

      let names: [Name]?
      let shouldDisplay: Bool
    }

    let commandName: String
    let arguments: [Argument]?
    let subcommands: [Command]?

    /// Every option, long and short, as it is typed.
    var options: Set<String> {
      Set(
        (arguments ?? []).filter(\.shouldDisplay).flatMap { $0.names ?? [] }.map {
          ($0.kind == "long" ? "--" : "-") + $0.name
        })
    }

    /// The schema of what it prints with `--json`, if it knows that; a lease prints maps.
    var schema: String? {
      guard options.contains("--json") else { return nil }
      return commandName == "lease" ? "fiemap" : commandName
    }

    /// Its man page, from the project's folder.
    var page: String {
      switch commandName {
      case "iopmem": "man/iopmem.8"
      case "mkfs": "man/mkfs.iopmem.8"
      default: "man/iopmem-\(commandName).8"
      }
    }
  }

  let command: Command

  /// The verbs; `help` is the parser's own.
  var verbs: [Command] { (command.subcommands ?? []).filter { $0.commandName != "help" } }

  /// The verbs that can succeed here.
  var verbsWithoutPrivileges: [Command] {
    verbs.filter { !VerbExamples.needPrivileges.contains($0.commandName) }
  }

  /// Asks the program.
  static func read() async throws -> ProgramHelp {
    let tool = try await Tool.require(Project.binary, ["--experimental-dump-help"])
    return try JSONDecoder().decode(ProgramHelp.self, from: Data(tool.output))
  }
}
