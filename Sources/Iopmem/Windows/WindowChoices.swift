/// What the caller says of where a block device's bytes lie.
public struct WindowChoices: Sendable, Hashable {
  /// The bus address of the whole disk's byte 0.
  public var base: UInt64?
  /// The BAR that byte 0 of the disk is byte 0 of.
  public var bar: Int?

  /// Choices of these parts; without any, the window is found out.
  public init(base: UInt64? = nil, bar: Int? = nil) {
    self.base = base
    self.bar = bar
  }
}
