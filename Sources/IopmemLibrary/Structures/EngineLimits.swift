internal import CIopmem
internal import Iopmem

/// The limits of a caller's engine: `struct iopmem_limits`.
struct EngineLimits {
  /// No limits, and no holes.
  private(set) var limits = Limits.none
  /// Whether holes are left out.
  private(set) var skipsHoles = false

  /// Reads a caller's limits; there are none for NULL.
  /// - Throws: `misuse` for limits that nothing can keep.
  init(_ pointer: UnsafePointer<iopmem_limits>?) throws(Failure) {
    guard let pointer = unsafe pointer else { return }
    let given = try unsafe iopmem_limits(taking: pointer, "limits")
    guard given.flags & ~IOPMEM_SKIP_HOLES == 0, given.reserved == 0 else {
      throw .misuse("limits: an unknown flag, or a reserved field that is not 0")
    }
    skipsHoles = given.flags & IOPMEM_SKIP_HOLES != 0
    do {
      limits = try Limits(
        maxSegment: Self.bytes(given.max_segment), boundary: Self.bytes(given.boundary),
        alignment: Self.bytes(given.alignment) ?? ByteCount(1),
        addressBits: given.address_bits == 0 ? 64 : UInt8(clamping: given.address_bits),
        maxSegments: given.max_segments == 0 ? nil : given.max_segments)
    } catch { throw .misuse("limits: \(error.sentence)") }
  }

  /// A limit; nil for none.
  private static func bytes(_ count: UInt64) -> ByteCount? {
    count == 0 ? nil : ByteCount(count)
  }
}

extension Limits.Mistake {
  fileprivate var sentence: String {
    switch self {
    case .zero: "a limit of nothing"
    case .notPowerOfTwo: "an alignment or a boundary that is no power of two"
    case .shorterThanAlignment: "segments, or a boundary, shorter than the alignment"
    case .addressBits: "1 to 64 address bits"
    }
  }
}
