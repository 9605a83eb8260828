internal import SystemPackage

/// Where a block device's bytes lie, as far as the caller says so.
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

  /// Refuses a base that no memory can have: nothing is at address 0, which a BAR has before it is
  /// given its own, and the kernel maps BARs and namespaces in whole pages.
  func expectBase(_ subject: FilePath?) throws(Failure) {
    guard let base, base == 0 || !ByteCount(base).isMultiple(of: .page) else { return }
    throw Failure(
      .refused, subject, "cannot begin at \(base.hex): a base is a multiple of 4096, and not 0",
      remedy: ways("give \(option: .base) as the BAR's register has it, without its flag bits"))
  }
}
