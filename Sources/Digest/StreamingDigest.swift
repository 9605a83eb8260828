internal import CXxhash
public import SystemPackage

/// A digest of 128 bits, XXH3, over numbers that come piece by piece: for finding out changes,
/// not for keeping out who makes collisions on purpose.
///
/// The corresponding C functions are those of `XXH3_state_t`, xxhash.h.
@safe public struct StreamingDigest: ~Copyable {
  private let state: OpaquePointer

  /// A digest of nothing yet.
  /// - Throws: `noMemory`.
  public init() throws(Errno) {
    guard let state = unsafe XXH3_createState() else { throw .noMemory }
    unsafe self.state = state
    _ = unsafe XXH3_128bits_reset(state)
  }

  deinit { _ = unsafe XXH3_freeState(state) }

  /// Adds numbers, each as its eight bytes, the lowest first.
  public mutating func update(_ numbers: Span<UInt64>) {
    #if _endian(big)
      let swapped = numbers.indices.map { numbers[$0].littleEndian }
      let numbers = swapped.span
    #endif
    unsafe numbers.withUnsafeBytes { bytes in
      // It fails for no state alone.
      _ = unsafe XXH3_128bits_update(state, bytes.baseAddress, bytes.count)
    }
  }

  /// Adds bytes.
  public mutating func update(_ bytes: Span<UInt8>) {
    unsafe bytes.withUnsafeBytes { bytes in
      // It fails for no state alone.
      _ = unsafe XXH3_128bits_update(state, bytes.baseAddress, bytes.count)
    }
  }

  /// The digest of all that came: its upper and its lower half.
  public var value: (high: UInt64, low: UInt64) {
    let hash = unsafe XXH3_128bits_digest(state)
    return (hash.high64, hash.low64)
  }
}
