internal import ArgumentParser

extension CommandConfiguration {
  /// A verb of the program, whose help names the program before it though the verb is parsed alone.
  ///
  /// Nor does the parser then look for `--generate-completion-script` in it, which is the whole
  /// program's, by two parsers more.
  init(
    verb: String, abstract: String, usage: String? = nil, discussion: String = "",
    version: String = ""
  ) {
    self.init(
      commandName: verb, _superCommandName: "iopmem", abstract: abstract, usage: usage,
      discussion: discussion, version: version)
  }
}
