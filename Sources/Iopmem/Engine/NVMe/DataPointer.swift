/// Bytes 24 to 39 of an NVMe command, DPTR; zeros where the engine has nothing of the kind.
public struct DataPointer: Hashable, Sendable {
  /// The lower eight bytes: PRP1, or SGL1's address.
  public let first: UInt64
  /// The upper eight bytes: PRP2, or what else SGL1 says.
  public let second: UInt64

  /// Nothing.
  public static let none = DataPointer(first: 0, second: 0)
}
