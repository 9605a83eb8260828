internal import TestSupport

/// A shell that completes command lines by the scripts that are installed.
enum Shell: String, CaseIterable, Sendable {
  case bash, fish, zsh

  /// For each kind of name, the first letters of an option of its verb, of a value or of a verb, and the
  /// whole.
  static let examples = [
    ("iopmem fiemap", "--bl", "--block-granular"), ("iopmem-fiemap", "--bl", "--block-granular"),
    ("mkfs.iopmem", "--dr", "--dry-run"), ("iopmem-list", "--sy", "--sysroot"),
    ("iopmem mkfs --type", "xf", "xfs"), ("iopmem-fiemap --allow", "need", "needs-recovery"),
    ("iopmem help", "ver", "verify"), ("iopmem map", "/etc/os-rel", "/etc/os-release"),
    ("mkfs.iopmem", "/etc/os-rel", "/etc/os-release"), ("iopmem list --output", "FR", "FREE"),
  ]

  /// What the shell makes of a word typed after a command.
  /// - Parameter folder: the `share` folder of an installation.
  func complete(_ command: String, _ word: String, with folder: String) async throws -> String {
    let tool = try await Tool.require(
      "timeout", ["60", rawValue] + options + [script, folder, command, word])
    return tool.text.filter { !$0.isWhitespace }
  }

  private var options: [String] {
    switch self {
    case .bash: ["-c"]
    case .fish: ["--no-config", "-c"]
    case .zsh: ["-f", "-c"]
    }
  }

  /// Prints what the word becomes. Its arguments are the folder, the command and the word; after
  /// `-c`, bash and zsh count them from `$0`.
  private var script: String {
    switch self {
    case .bash:
      """
      name=${1%% *}
      . "$0/bash-completion/completions/$name"
      COMP_WORDS=($1 "$2") COMP_LINE="$1 $2"
      COMP_POINT=${#COMP_LINE} COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
      function=$(complete -p "$name" | sed 's/.*-F \\([^ ]*\\).*/\\1/')
      $function "$name" "$2" "${COMP_WORDS[COMP_CWORD - 1]}"
      printf '%s\\n' "${COMPREPLY[@]}"
      """
    case .fish:
      """
      for file in $argv[1]/fish/vendor_completions.d/*.fish
        source $file
      end
      complete -C "$argv[2] $argv[3]" | cut -f 1
      """
    case .zsh:
      // It completes only at a prompt: so a pseudo-terminal, and a key that prints the line.
      """
      zmodload zsh/zpty
      zpty shell zsh -f -i
      zpty -w shell "fpath=($0/zsh/site-functions \\$fpath); autoload -U compinit; compinit -u -D"
      zpty -w shell 'show() { print -r -- "<$BUFFER>"; }; zle -N show; bindkey "^X" show'
      zpty -w shell 'PROMPT=; print rea""dy'
      zpty -r -m shell text '*ready*'
      zpty -n -w shell "$1 $2"$'\\t'$'\\x18'
      zpty -r -m shell text '*<*>*'
      line=${${text##*<}%%>*}
      print -r -- ${line#$1}
      """
    }
  }
}
