/// A value of a YAML text, and where it stands.
public struct YAMLNode: Sendable {
  /// What a value is.
  public enum Content: Sendable {
    /// Text. Plain text has no quotes around it, and may mean a number, a truth or nothing.
    case scalar(String, isPlain: Bool)
    /// Values in order.
    case sequence([YAMLNode])
    /// Values by name, in the order of the text; no name comes twice.
    case mapping([Member])
  }

  /// A value and its name.
  public struct Member: Sendable {
    /// The name.
    public let name: String
    /// Where the name stands.
    public let position: YAMLPosition
    /// The value.
    public let value: YAMLNode
  }

  /// What it is.
  public let content: Content
  /// Where it begins.
  public let position: YAMLPosition
}

/// A place in a text: line and column, each counted from 1.
public struct YAMLPosition: Hashable, Sendable {
  /// The line.
  public let line: Int
  /// The column, in characters.
  public let column: Int

  /// A place of these parts.
  public init(line: Int, column: Int) {
    self.line = line
    self.column = column
  }
}

/// Why a text is not taken.
public struct YAMLMistake: Error, Hashable, Sendable {
  /// Where.
  public let position: YAMLPosition
  /// What is wrong there.
  public let message: String
}
