internal import ArgumentParser

/// The option of verbs that answer programs.
struct JSONOption: ParsableArguments {
  @Flag(help: "Print one JSON object, also of what is refused.")
  var json = false
}
