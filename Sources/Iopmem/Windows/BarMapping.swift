internal import PCI

/// Where a BAR is mapped, or a disk that has none: a window is made of it.
struct BarMapping {
  /// The provider; nil where there is no BAR.
  var function: FunctionAddress?
  /// The BAR's index; nil where there is none.
  var index: Int?
  /// Where in the BAR the disk's byte 0 lies.
  var dataOffset = BarOffset(0)
  /// How long the BAR is, or the disk where there is none.
  var length: ByteCount
  /// The bus address, if it is known.
  var bus: UInt64?
  /// The CPU-physical address, if it is known.
  var cpu: UInt64?
}
