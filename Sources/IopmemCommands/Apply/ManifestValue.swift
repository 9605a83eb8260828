internal import Iopmem
internal import YAML

/// A value of a manifest, and the name of its field.
struct ManifestValue {
  let node: YAMLNode
  let field: String

  /// A mistake in this value.
  func mistake(_ message: String) -> ManifestMistake {
    ManifestMistake(position: node.position, field: field, message: message)
  }

  /// Its words as they are written, whatever they mean.
  func word(_ expected: String) throws(ManifestMistake) -> String {
    guard case .scalar(let text, let isPlain) = node.content, !isPlain || !Self.isNull(text) else {
      throw mistake("is \(kind), and must be \(expected)")
    }
    return text
  }

  /// A value of a form of its own.
  func parsed<Value>(
    _ expected: String, _ parse: (String) -> Value?
  ) throws(ManifestMistake) -> Value {
    let text = try word(expected)
    guard let value = parse(text) else {
      throw mistake("is \(text.debugDescription), and must be \(expected)")
    }
    return value
  }

  /// Text: what other programs would take for a number or a truth is in quotes, or it is refused,
  /// so that all read the same.
  func text() throws(ManifestMistake) -> String {
    let text = try word("text")
    if case .scalar(_, isPlain: true) = node.content, Self.isNumber(text) || Self.isTruth(text) {
      throw mistake("is \(kind), and must be text: put it in quotes")
    }
    return text
  }

  /// `true` or `false`.
  func truth() throws(ManifestMistake) -> Bool {
    if case .scalar(let text, isPlain: true) = node.content {
      if text == "true" { return true }
      if text == "false" { return false }
    }
    throw mistake("is \(kind), and must be true or false")
  }

  /// A whole number of these.
  func number<Number: FixedWidthInteger>(
    _ range: ClosedRange<Number>
  ) throws(ManifestMistake) -> Number {
    let expected = "a whole number from \(range.lowerBound) to \(range.upperBound)"
    guard case .scalar(let text, isPlain: true) = node.content,
      text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
      let number = Number(text), range.contains(number)
    else { throw mistake("is \(kind), and must be \(expected)") }
    return number
  }

  /// A number of bytes.
  func size() throws(ManifestMistake) -> ByteCount {
    try parsed("a number of bytes, as 65536 or 64MiB") { SizeArgument(argument: $0)?.count }
  }

  /// A list, each value with its number.
  func list() throws(ManifestMistake) -> [ManifestValue] {
    guard case .sequence(let nodes) = node.content else {
      throw mistake("is \(kind), and must be a list")
    }
    return nodes.enumerated().map { ManifestValue(node: $1, field: "\(field)[\($0)]") }
  }

  /// A list with one value at least.
  func filledList() throws(ManifestMistake) -> [ManifestValue] {
    let list = try list()
    if list.isEmpty { throw mistake("is an empty list") }
    return list
  }

  /// What it is, in words.
  private var kind: String {
    switch node.content {
    case .sequence: "a list"
    case .mapping: "a group of fields"
    case .scalar(let text, let isPlain):
      if isPlain && Self.isNull(text) {
        "nothing"
      } else if isPlain && (Self.isNumber(text) || Self.isTruth(text)) {
        text
      } else {
        text.debugDescription
      }
    }
  }

  // What plain text means: YAML 1.2.2, section 10.3.2, and the truths of YAML 1.1.
  private static func isNull(_ text: String) -> Bool {
    ["", "~", "null", "Null", "NULL"].contains(text)
  }

  private static func isTruth(_ text: String) -> Bool {
    ["true", "false", "yes", "no", "on", "off"].contains(text.lowercased())
  }

  private static func isNumber(_ text: String) -> Bool {
    if Int64(text) != nil || UInt64(text) != nil || AddressArgument.number(text) != nil {
      return true
    }
    return text.utf8.contains { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
      && Double(text) != nil
  }
}
