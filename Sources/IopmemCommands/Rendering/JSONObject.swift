internal import Linux
internal import SystemPackage

/// The members of a JSON object in memory, for what goes out more than once or among other text.
struct JSONObject {
  /// The members, commas between them.
  private(set) var members: [UInt8] = []

  /// Adds a string; nil is null.
  mutating func add(_ key: StaticString, _ text: String?) {
    begin(key)
    if let text { JSONText.append(text, to: &members) } else { members.append("null") }
  }

  /// Adds a number; nil is null.
  mutating func add(_ key: StaticString, _ number: (some BinaryInteger)?) {
    begin(key)
    members.append(text: number.map { String($0) } ?? "null")
  }

  /// Adds true, false or null.
  mutating func add(_ key: StaticString, _ flag: Bool?) {
    begin(key)
    members.append(flag.map { $0 ? "true" : "false" } ?? "null")
  }

  /// Adds an array of strings.
  mutating func add(_ key: StaticString, _ texts: [String]) {
    begin(key)
    members.append("[")
    for (index, text) in texts.enumerated() {
      if index > 0 { members.append(",") }
      JSONText.append(text, to: &members)
    }
    members.append("]")
  }

  /// Adds a name under two keys: readable text always, and the exact bytes in hex when the text had
  /// to be repaired, else null.
  mutating func add(_ key: StaticString, _ exactKey: StaticString, _ path: FilePath) {
    add(key, String(decoding: path.bytes, as: UTF8.self))
    add(exactKey, JSONText.hexUnlessText(path.bytes))
  }

  private mutating func begin(_ key: StaticString) {
    members.append(members.isEmpty ? "\"" : ",\"")
    members.append(key)
    members.append("\":")
  }
}
