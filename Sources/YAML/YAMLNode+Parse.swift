internal import CYaml

extension YAMLNode {
  /// Parses a text of one document: YAML 1.1 as libyaml knows it, which JSON is a part of.
  ///
  /// Anchors, aliases and tags are refused: with them a small text can mean an endless one, or
  /// another thing than a reader sees. Nothing is made of plain text here; who asks for a field
  /// knows what it must be.
  public static func parse(_ text: [UInt8]) throws(YAMLMistake) -> YAMLNode {
    var events = try YAMLEvents(JSONText(text))
    try events.expect(YAML_STREAM_START_EVENT)
    try events.advance()
    guard events.kind == YAML_DOCUMENT_START_EVENT else { throw events.mistake("is empty") }
    try events.advance()
    let node = try node(&events, depth: 0)
    try events.expect(YAML_DOCUMENT_END_EVENT)
    try events.advance()
    guard events.kind == YAML_STREAM_END_EVENT else {
      throw events.mistake("a second document begins")
    }
    return node
  }

  /// How deep values may lie in each other: far deeper than any manifest is, and no stack ends.
  private static let mostDepth = 32

  /// Takes the value that begins with the current event.
  private static func node(
    _ events: inout YAMLEvents, depth: Int
  ) throws(YAMLMistake) -> YAMLNode {
    let position = events.position
    guard depth < mostDepth else { throw events.mistake("lies too deep") }
    switch events.kind {
    case YAML_SCALAR_EVENT:
      let (text, isPlain) = try events.scalar()
      try events.advance()
      return YAMLNode(content: .scalar(text, isPlain: isPlain), position: position)
    case YAML_SEQUENCE_START_EVENT:
      try events.expectPlainStart()
      try events.advance()
      var nodes: [YAMLNode] = []
      while events.kind != YAML_SEQUENCE_END_EVENT {
        nodes.append(try node(&events, depth: depth + 1))
      }
      try events.advance()
      return YAMLNode(content: .sequence(nodes), position: position)
    case YAML_MAPPING_START_EVENT:
      try events.expectPlainStart()
      try events.advance()
      let members = try members(&events, depth: depth + 1)
      return YAMLNode(content: .mapping(members), position: position)
    case YAML_ALIAS_EVENT:
      throw events.mistake("aliases are not taken: write the value out")
    default: throw events.mistake("a value is missing")
    }
  }

  /// Takes the members of a mapping, and its end.
  private static func members(
    _ events: inout YAMLEvents, depth: Int
  ) throws(YAMLMistake) -> [Member] {
    var members: [Member] = []
    var lines: [String: Int] = [:]
    while events.kind != YAML_MAPPING_END_EVENT {
      let position = events.position
      guard events.kind == YAML_SCALAR_EVENT else {
        throw events.mistake("a field's name is text")
      }
      let name = try events.scalar().text
      if let line = lines.updateValue(position.line, forKey: name) {
        throw events.mistake("field \(name.debugDescription) is there already, in line \(line)")
      }
      try events.advance()
      members.append(
        Member(name: name, position: position, value: try node(&events, depth: depth)))
    }
    try events.advance()
    return members
  }
}
