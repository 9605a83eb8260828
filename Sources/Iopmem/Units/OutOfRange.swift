/// A sum or difference that does not fit its unit.
public struct OutOfRange: Error, Hashable, Sendable {
  /// The error.
  @inlinable public init() {}
}
