internal import Iopmem
internal import Testing

@testable internal import IopmemCommands

/// No explanation advises an option that the verb has not.
@Suite struct VerbOptionsTests {
  @Test(arguments: [
    ("fiemap", CallerOption.base, String?.some("--base")), ("fiemap", .client, "--for"),
    ("fiemap", .recursive, "--recursive"), ("fiemap", .force, nil), ("lease", .base, nil),
    ("lease", .force, "--force"), ("map", .bar, nil), ("map", .base, nil), ("list", .base, nil),
    ("mkfs", .journal, "--journal"), ("place", .noBar, "--no-bar"), ("export", .offset, "--offset"),
    ("apply", .base, "the field base"), ("apply", .force, nil),
    ("mount.iopmem", .base, nil),
  ])
  func eachVerbHasItsOwn(verb: String, option: CallerOption, name: String?) {
    #expect(VerbOptions(of: verb).name(of: option) == name)
  }

  @Test func optionsStandAtTheBeginningOfLinesOfHelp() {
    let help = """
      OVERVIEW: As --other has it.

      USAGE: verb [--json]

      OPTIONS:
        -r, --recursive         Follow --none.
        --base <addr>           The base.
        -t, --type <type>       Type. (default: ext4)
      """
    #expect(
      VerbOptions.options(inHelp: help) == ["-r", "--recursive", "--base", "-t", "--type"])
  }

  @Test func unknownOptionsAreFoundAmongWords() {
    #expect(VerbOptions.unknown(among: ["--json", "--bas=1", "x"], of: "fiemap") == "--bas=1")
    #expect(VerbOptions.unknown(among: ["--base=1", "--", "--x"], of: "fiemap") == nil)
    #expect(VerbOptions.unknown(among: ["-nro", "NAME", "-", "-1", "-Z"], of: "list") == "-Z")
  }

  @Test(arguments: [
    (
      "The value 'x' is invalid for '--a'. Please provide one of the following:\n  - b\n  - c", [],
      "the value 'x' is invalid for '--a': write one of b, c (see iopmem fiemap --help)"
    ),
    (
      "Missing value for '--offset <bytes>'", ["--offset", "-1"],
      "missing value for '--offset <bytes>': a number below zero is none (see iopmem fiemap --help)"
    ),
    ("Name a file.", ["--bogus"], "unknown option '--bogus' (see iopmem fiemap --help)"),
  ])
  func mistakesNameTheFormThatIsTaken(parser: String, words: [String], told: String) {
    #expect(Program.mistake(parser, of: "fiemap", words).message == told)
  }
}
