internal import YAML

/// The fields of a group, all of them known.
struct ManifestFields {
  private static let onOfYAML11 = "true"
  private let owner: ManifestValue
  private let members: [String: YAMLNode]

  /// Takes a group apart.
  /// - Parameters:
  ///   - known: the names that its fields may have.
  ///   - mistakes: takes all fields that are not known but the last, which is thrown: what is missing
  ///     then is not known.
  init(
    _ value: ManifestValue, _ known: [String], _ mistakes: ManifestMistakes
  ) throws(ManifestMistake) {
    guard case .mapping(let list) = value.node.content else {
      throw value.mistake("must be a group of fields: " + known.joined(separator: ", "))
    }
    var members: [String: YAMLNode] = [:]
    var unknown: [ManifestMistake] = []
    for member in list {
      // YAML 1.1 takes the name `on` for a truth, and programs that have read it so write that.
      let name = member.name == Self.onOfYAML11 && known.contains("on") ? "on" : member.name
      guard known.contains(name) else {
        let near = Spelling.nearest(to: name, in: known)
        unknown.append(
          ManifestMistake(
            position: member.position, field: value.field,
            message: "there is no field \(name.debugDescription)"
              + (near.map { ", but \($0)" } ?? ": only " + known.joined(separator: ", "))))
        continue
      }
      guard members.updateValue(member.value, forKey: name) == nil else {
        throw ManifestMistake(
          position: member.position, field: value.field,
          message: "field \(name.debugDescription) is there already, and true stands for it")
      }
    }
    if let last = unknown.popLast() {
      mistakes.add(unknown)
      throw last
    }
    owner = value
    self.members = members
  }

  /// A field that may be left out.
  subscript(_ name: String) -> ManifestValue? {
    members[name].map { ManifestValue(node: $0, field: Self.path(owner.field, name)) }
  }

  /// A field that must be there.
  func required(_ name: String) throws(ManifestMistake) -> ManifestValue {
    guard let value = self[name] else { throw owner.mistake("lacks the field \(name)") }
    return value
  }

  /// The one of several fields that is there.
  func one(of names: [String]) throws(ManifestMistake) -> (name: String, value: ManifestValue) {
    let there = names.compactMap { name in self[name].map { (name, $0) } }
    guard let first = there.first, there.count == 1 else {
      throw owner.mistake(
        "has one of the fields " + names.joined(separator: ", ") + ", and no other")
    }
    return first
  }

  private static func path(_ owner: String, _ name: String) -> String {
    owner.isEmpty ? name : "\(owner).\(name)"
  }
}
