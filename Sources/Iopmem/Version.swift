/// The toolkit's version.
public enum Version {
  /// As in the man pages and the package.
  public static let current = "0.1.0"
}
