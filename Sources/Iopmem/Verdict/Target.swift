public import PCI

/// The memory that a client is to reach: a provider, and at which addresses, if they are known.
public struct Target: Sendable, Hashable {
  /// The provider.
  public let provider: FunctionAddress
  /// The bus addresses.
  public let bus: ClosedRange<UInt64>?
  /// The CPU-physical addresses.
  public let cpu: ClosedRange<UInt64>?
  /// The addresses of the client's own IOMMU domain, where somebody has mapped the memory there.
  public var iova: ClosedRange<UInt64>?
  /// What keeps every client from it: the provider does not answer, or its place is not known.
  public var finding: Finding?

  /// A provider's memory.
  public init(
    _ provider: FunctionAddress, bus: ClosedRange<UInt64>? = nil, cpu: ClosedRange<UInt64>? = nil
  ) {
    self.provider = provider
    self.bus = bus
    self.cpu = cpu
  }

  /// The memory of a block device; nil for one that hangs on no function.
  public init?(_ window: Window) {
    guard let function = window.function, window.length > .zero,
      let last = try? window.start.advanced(by: ByteCount(window.length.rawValue - 1))
    else { return nil }
    provider = function
    bus = Self.range(
      window.busAddress(of: window.start)?.rawValue, window.busAddress(of: last)?.rawValue)
    cpu = Self.range(
      window.cpuAddress(of: window.start)?.rawValue, window.cpuAddress(of: last)?.rawValue)
  }

  private static func range(_ first: UInt64?, _ last: UInt64?) -> ClosedRange<UInt64>? {
    guard let first, let last, first <= last else { return nil }
    return first...last
  }
}
