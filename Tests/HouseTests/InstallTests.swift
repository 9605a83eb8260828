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
      let schema = "share/iopmem/schemas/iopmem.\(verb.commandName).schema.json"
      for path in [page, schema] {
        #expect(FileManager.default.isReadableFile(atPath: installed(path)), "\(path)")
      }
    }
  }

  @Test func nothingIsLeftBehind() async throws {
    try await make("uninstall")
    let left = try await Tool.require("find", [folder.path, "-not", "-type", "d"])
    #expect(left.text.isEmpty)
  }

  /// For each name, an option of its verb that the shell completes from the first letters.
  static let completed = [
    ("iopmem fiemap", "--bl", "--block-granular"), ("iopmem-fiemap", "--bl", "--block-granular"),
    ("mkfs.iopmem", "--dr", "--dry-run"), ("iopmem-list", "--sy", "--sysroot"),
  ]

  @Test(arguments: completed)
  func bashCompletes(name: String, typed: String, option: String) async throws {
    let script = """
      name=${1%% *}
      . "$0/bash-completion/completions/$name"
      COMP_WORDS=($1 "$2") COMP_LINE="$1 $2"
      COMP_POINT=${#COMP_LINE} COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
      function=$(complete -p "$name" | sed 's/.*-F \\([^ ]*\\).*/\\1/')
      $function "$name" "$2" "${COMP_WORDS[COMP_CWORD - 1]}"
      printf '%s\\n' "${COMPREPLY[@]}"
      """
    let tool = try await Tool.require("bash", ["-c", script, installed("share"), name, typed])
    #expect(tool.text == option + "\n")
  }

  @Test(arguments: completed)
  func fishCompletes(name: String, typed: String, option: String) async throws {
    let script = """
      for file in $argv[1]/fish/vendor_completions.d/*.fish
        source $file
      end
      complete -C "$argv[2] $argv[3]"
      """
    let tool = try await Tool.require(
      "fish", ["--no-config", "-c", script, installed("share"), name, typed])
    #expect(tool.text.hasPrefix(option + "\t"))
  }

  @Test(arguments: completed)
  func zshCompletes(name: String, typed: String, option: String) async throws {
    // Completion works only at a prompt: a pseudo-terminal, with what it shows between marks.
    let script = """
      zmodload zsh/zpty
      zpty shell zsh -f -i
      zpty -w shell "fpath=($1/zsh/site-functions \\$fpath); autoload -U compinit; compinit -u -D"
      zpty -w shell 'show() { print -r -- "<$BUFFER>"; }; zle -N show; bindkey "^X" show'
      zpty -w shell 'PROMPT=; print rea""dy'
      zpty -r -m shell text '*ready*'
      zpty -n -w shell "$2 $3"$'\\t'$'\\x18'
      zpty -r -m shell text '*<*>*'
      print -r -- "$text"
      """
    let tool = try await Tool.require(
      "timeout", ["20", "zsh", "-f", "-c", script, "zsh", installed("share"), name, typed])
    #expect(tool.text.contains("<\(name) \(option)"), "\(tool.text)")
  }
}
