internal import Linux

/// The words of a verb that takes files and, after `--`, a command: the parser has one list for both.
struct FilesAndCommand {
  /// The words before the terminator.
  let files: ArraySlice<PathArgument>
  /// The words after it.
  let command: ArraySlice<PathArgument>

  init(_ words: [PathArgument]) {
    let count = min(words.count, Arguments.afterTerminator.count)
    files = words.dropLast(count)
    command = words.suffix(count)
  }
}
