internal import PCI

/// A BAR, or a disk that has none, with the addresses of its byte 0: what a window is made of.
struct PlacedBar {
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
