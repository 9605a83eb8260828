internal import ArgumentParser
internal import Iopmem

extension Program {
  /// Checks that the first word is a verb, or an option of the program's.
  /// - Throws: `misuse` with the verb that was meant, where one is written much like it.
  static func expectVerb(_ arguments: [String]) throws(Failure) {
    let verbs = IopmemCommand.configuration.subcommands.map { $0.configuration.commandName ?? "" }
    guard let first = arguments.first else {
      let list = verbs.joined(separator: ", ")
      throw Failure(
        .misuse, nil, "name a verb: \(list)", remedy: "iopmem --help says what they do")
    }
    let word = first == "help" && arguments.count > 1 ? arguments[1] : first
    guard !word.hasPrefix("-"), word != "help", !verbs.contains(word) else { return }
    var remedy = "iopmem --help lists them"
    if let meant = Spelling.nearest(to: word, in: verbs) { remedy = "did you mean \(meant)?" }
    throw Failure(.misuse, nil, "there is no verb '\(PathArgument.shown(word))'", remedy: remedy)
  }

  /// What is wrong with a command line, on one line, with the form that would be taken.
  /// - Parameters:
  ///   - message: what the parser has to say of it.
  ///   - verb: the verb that was called, if it was one.
  ///   - words: what follows it.
  static func mistake(
    _ message: String, of verb: String?, _ words: some Sequence<String> = []
  ) -> Failure {
    // The parser sets lists of values as items of Markdown.
    var text = PathArgument.shown(message).replacing("following:\n  - ", with: "following: ")
      .replacing("\n  - ", with: ", ").replacing("\n", with: " ")
      .replacing(". Please provide one of the following: ", with: ": write one of ")
      .replacing(". Please provide one of ", with: ": write one of ")
    if let verb, let unknown = VerbOptions.unknown(among: words, of: verb).map(PathArgument.shown) {
      // What the verb has to say of the rest comes before that, and is beside the point.
      if !text.contains(unknown) { text = "unknown option '\(unknown)'" }
    }
    // The parser takes a number below zero for options of one letter.
    if text.hasPrefix("Missing value for"),
      words.contains(where: { $0.hasPrefix("-") && "0"..."9" ~= $0.dropFirst().prefix(1) })
    {
      text += ": a number below zero is none"
    }
    if text.contains(" is invalid for '"), !text.contains(": write one of ") {
      if let form = AcceptedForm.told {
        text += ": write \(form)"
      } else {
        let isNumber = text.split(separator: "'").dropFirst().first?.isDecimal == true
        text += isNumber ? ": the number is too large" : ": write a whole number"
      }
    }
    while text.last == "." { text.removeLast() }
    // A name in capitals keeps them.
    if text.dropFirst().first?.isLowercase == true {
      text = text.prefix(1).lowercased() + text.dropFirst()
    }
    return Failure(
      .misuse, nil, text, remedy: "see iopmem\(verb.map { " \($0)" } ?? "") --help")
  }
}
