public import PCI

/// An address that the provider's BAR register decodes: what a peer below the same switch uses.
///
/// Only a `Window` makes one.
public struct BusAddress: Hashable, Comparable, Sendable {
  /// The address.
  public let rawValue: UInt64

  fileprivate init(rawValue: UInt64) { self.rawValue = rawValue }

  /// Whether the left is lower.
  public static func < (left: BusAddress, right: BusAddress) -> Bool {
    left.rawValue < right.rawValue
  }
}

/// An address in the host's physical space: the sysfs file `resource`.
///
/// Only a `Window` makes one.
public struct CPUAddress: Hashable, Comparable, Sendable {
  /// The address.
  public let rawValue: UInt64

  fileprivate init(rawValue: UInt64) { self.rawValue = rawValue }

  /// Whether the left is lower.
  public static func < (left: CPUAddress, right: CPUAddress) -> Bool {
    left.rawValue < right.rawValue
  }
}

/// Where the bytes of a block device lie: in which BAR, from which offset, at which addresses.
public struct Window: Hashable, Sendable {
  /// How the window is known.
  public enum Source: String, Sendable, CaseIterable {
    /// The iopmem driver's attributes.
    case driver
    /// The only memory BAR of the function that is as long as the disk.
    case inferred
    /// The BAR was named by the caller.
    case named
    /// The base address was given by the caller.
    case given
    /// A pmem namespace: host memory, no BAR.
    case pmem
    /// An image file: offsets, no addresses.
    case image
    /// The BAR was mapped for a client, by the driver or the client's program: what stands as bus address is the client's own.
    case mapped
  }

  /// How the window is known.
  public let source: Source
  /// The provider; nil where there is no BAR.
  public let function: FunctionAddress?
  /// The BAR's index, 0 … 5.
  public let bar: Int?
  /// Where in the BAR the block device's byte 0 lies; in the whole disk, where there is no BAR.
  public let start: BarOffset
  /// How long the block device is.
  public let length: ByteCount
  /// The bus address of the BAR's byte 0, if it is known.
  private let busBase: UInt64?
  /// The CPU-physical address of the BAR's byte 0, if it is known.
  private let cpuBase: UInt64?
  private let barLength: ByteCount

  /// A window of these parts.
  /// - Parameters:
  ///   - barLength: the length of the BAR (of the whole disk, where there is none).
  ///   - busBase: the bus address of the BAR's byte 0.
  ///   - cpuBase: the CPU-physical address of the BAR's byte 0.
  /// - Throws: `OutOfRange` when the device passes the end of the BAR, or the BAR the end of
  ///   the address space: after that no address inside can overflow.
  public init(
    source: Source, function: FunctionAddress? = nil, bar: Int? = nil, start: BarOffset,
    length: ByteCount, barLength: ByteCount, busBase: UInt64? = nil, cpuBase: UInt64? = nil
  ) throws(OutOfRange) {
    let end = try start.advanced(by: length)
    guard end.rawValue <= barLength.rawValue else { throw OutOfRange() }
    for base in [busBase, cpuBase] {
      if let base { _ = try ByteCount(base).adding(barLength) }
    }
    self.source = source
    self.function = function
    self.bar = bar
    self.start = start
    self.length = length
    self.busBase = busBase
    self.cpuBase = cpuBase
    self.barLength = barLength
  }

  /// Where in the BAR a range of the block device begins.
  /// - Throws: `OutOfRange` when any of its bytes is outside the block device.
  public func barOffset(
    of offset: DeviceOffset, length: ByteCount
  ) throws(OutOfRange) -> BarOffset {
    let end = try offset.advanced(by: length)
    guard end.rawValue <= self.length.rawValue else { throw OutOfRange() }
    return try start.advanced(by: ByteCount(offset.rawValue))
  }

  /// The bus address of a place in the BAR; nil outside it, or if the BAR's is not known.
  public func busAddress(of offset: BarOffset) -> BusAddress? {
    guard let busBase, offset.rawValue < barLength.rawValue else { return nil }
    return BusAddress(rawValue: busBase + offset.rawValue)
  }

  /// The CPU-physical address of a place in the BAR; nil outside it, or if the BAR's is not known.
  public func cpuAddress(of offset: BarOffset) -> CPUAddress? {
    guard let cpuBase, offset.rawValue < barLength.rawValue else { return nil }
    return CPUAddress(rawValue: cpuBase + offset.rawValue)
  }

  /// What a fingerprint holds of the window: iopmem(7), FINGERPRINTS. All ones for what there is
  /// not.
  var fingerprintNumbers: InlineArray<7, UInt64> {
    let function = function.map {
      UInt64($0.domain) << 16 | UInt64($0.bus) << 8 | UInt64($0.device << 3 | $0.function)
    }
    return [
      function ?? .max, bar.map { UInt64($0) } ?? .max, start.rawValue, length.rawValue,
      barLength.rawValue, busBase ?? .max, cpuBase ?? .max,
    ]
  }

  /// The window as a client sees it for whom the BAR was mapped.
  /// - Parameters:
  ///   - address: what the client uses for BAR offset 0.
  ///   - length: how much of the BAR was mapped; all of it by default.
  /// - Throws: `OutOfRange` when that does not cover the device.
  func mapped(at address: UInt64, length: ByteCount? = nil) throws(OutOfRange) -> Window {
    let length = length ?? barLength
    return try Window(
      source: .mapped, function: function, bar: bar, start: start, length: self.length,
      barLength: length, busBase: address, cpuBase: cpuBase)
  }
}
