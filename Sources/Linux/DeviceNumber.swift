/// Names a device to the kernel: makedev(3).
public struct DeviceNumber: Sendable, Hashable, CustomStringConvertible {
  /// The driver's part.
  public var major: UInt32
  /// The device's part.
  public var minor: UInt32

  /// The device of these numbers.
  public init(major: UInt32, minor: UInt32) {
    self.major = major
    self.minor = minor
  }

  /// `MAJ:MIN` as in `/sys/dev/block`; nil for anything else.
  public init?(_ text: some StringProtocol) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, let major = UInt32(parts[0]), let minor = UInt32(parts[1]) else {
      return nil
    }
    self.init(major: major, minor: minor)
  }

  /// `MAJ:MIN` as in `/sys/dev/block`.
  public var description: String { "\(major):\(minor)" }
}
