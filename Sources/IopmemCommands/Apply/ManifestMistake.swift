internal import YAML

/// All that is wrong in a manifest: what is read after a mistake is read on, so that a person mends all
/// at once.
final class ManifestMistakes {
  private(set) var all: [ManifestMistake] = []
  /// How many are told: nobody reads more, and a text can have a million.
  static let most = 100

  /// Reads a part of the manifest.
  /// - Returns: nil where it has a mistake, which is kept.
  @discardableResult
  func reading<Value>(_ body: () throws(ManifestMistake) -> Value) -> Value? {
    do { return try body() } catch {
      all.append(error)
      return nil
    }
  }

  /// The values of a list; none where there is no list, which is kept.
  func list(_ value: ManifestValue?) -> [ManifestValue] {
    reading { () throws(ManifestMistake) in try value?.list() ?? [] } ?? []
  }

  /// Keeps a mistake, behind which the reading goes on.
  func add(_ mistakes: some Sequence<ManifestMistake>) { all += mistakes }

  /// The mistakes, in the order of the text.
  var inOrder: [ManifestMistake] {
    let all = all.sorted {
      ($0.position.line, $0.position.column) < ($1.position.line, $1.position.column)
    }
    guard all.count > Self.most else { return all }
    let next = all[Self.most]
    let rest = ManifestMistake(
      position: next.position, field: "",
      message: "\(all.count - Self.most) more mistakes begin here")
    return all.prefix(Self.most) + [rest]
  }
}

/// Why a manifest is not taken: one mistake or more, in the order of the text.
struct ManifestRefusal: Error {
  let all: [ManifestMistake]
}

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
