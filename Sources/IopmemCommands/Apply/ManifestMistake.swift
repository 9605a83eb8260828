internal import YAML

/// What is wrong in a manifest, and where.
struct ManifestMistake: Error {
  let position: YAMLPosition
  /// The field, as in `filesystems[0].files[2].size`; empty for the whole.
  let field: String
  /// What is wrong with it.
  let message: String

  /// Place, field and message as one sentence.
  var sentence: String {
    "line \(position.line), column \(position.column): "
      + (field.isEmpty ? "" : field + ": ") + message
  }
}
