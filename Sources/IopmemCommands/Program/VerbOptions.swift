internal import ArgumentParser
internal import Iopmem
internal import Synchronization

/// The options that a verb has, so that no explanation advises another.
final class VerbOptions: Sendable {
  private let verb: String?
  /// Read once something is explained: to write out a verb's help takes longer than most verbs do.
  private let known = Mutex<Set<Substring>?>(nil)

  init(of verb: String?) { self.verb = verb }

  /// How the caller calls an option; nil where it cannot give it.
  func name(of option: CallerOption) -> String? {
    if verb == ApplyCommand.configuration.commandName { return option.field }
    let name = "--\(option.rawValue)"
    let isKnown = known.withLock { known in
      let options = known ?? Self.read(verb)
      known = options
      return options.contains(name[...])
    }
    return isKnown ? name : nil
  }

  /// The first of the words before `--` that begins as an option and is none of the verb's. Of a single
  /// dash the letter after it counts: others, or a value, may follow that.
  static func unknown(among words: some Sequence<String>, of verb: String) -> String? {
    let known = read(verb)
    return words.prefix { $0 != "--" }.first { word in
      if word.hasPrefix("--") { return !known.contains(word.prefix { $0 != "=" }) }
      let letter = word.hasPrefix("-") ? word.dropFirst().first : nil
      return letter.map { $0.isASCII && $0.isLetter } == true && !known.contains(word.prefix(2))
    }
  }

  /// The words with dashes at the beginning of the lines that help gives to options.
  private static func read(_ verb: String?) -> Set<Substring> {
    guard let command = Program.verb(named: verb) else { return [] }
    return Self.options(inHelp: command.helpMessage(includeHidden: true, columns: 1000))
  }

  /// The options that a help text tells of.
  static func options(inHelp text: String) -> Set<Substring> {
    let lines = text.split(separator: "\n").filter { $0.hasPrefix("  -") }
    return Set(
      lines.flatMap { line in
        line.prefix(upTo: line.dropFirst(2).firstRange(of: "  ")?.lowerBound ?? line.endIndex)
          .split { $0 == " " || $0 == "," }.filter { $0.hasPrefix("-") }
      })
  }
}

extension CallerOption {
  /// The field of a manifest that has its place: iopmem.yaml(5).
  fileprivate var field: String? {
    switch self {
    case .addressBits: "the field address_bits"
    case .base: "the field base"
    case .client: "the field client"
    case .journal: "the field journal:"
    case .noBar: "the field no_bar"
    case .noDAXCheck: "the field no_dax_check"
    case .size: "the field size"
    case .allowFragments, .bar, .blockGranular, .force, .image, .iovaBase, .length, .listBase,
      .lock,
      .offset, .preserve, .recursive:
      nil
    }
  }
}
