/// The toolkit's version.
public enum Version {
  /// As in the man pages and the package, in memory that stays.
  public static let text: StaticString = "0.1.0"
  /// As in the man pages and the package.
  public static let current = text.description
}
