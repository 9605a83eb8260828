/// What an engine can take of one segment, and how many segments.
public struct Limits: Hashable, Sendable {
  /// Why limits cannot be kept by any segment.
  public enum Mistake: Error, Hashable, Sendable {
    /// A limit of nothing.
    case zero
    /// An alignment or a boundary that is no power of two: engines have no others, and the pieces
    /// of an aligned segment would not be aligned.
    case notPowerOfTwo
    /// Segments, or the room between boundaries, shorter than the alignment.
    case shorterThanAlignment
    /// Not 1 to 64 address bits.
    case addressBits
  }

  /// How long a segment can be: a multiple of the alignment; nil for any length.
  public let maxSegment: ByteCount?
  /// No segment crosses a multiple of this, a power of two; nil for none.
  public let boundary: ByteCount?
  /// What each address and each length is a multiple of, a power of two; 1 byte for any.
  public let alignment: ByteCount
  /// How many address bits the engine drives, 1 to 64; the last byte of a segment counts.
  public let addressBits: UInt8
  /// How many segments there can be; nil for any number.
  public let maxSegments: UInt64?

  /// Limits of these parts.
  /// - Parameter maxSegment: cut down to a multiple of the alignment, so that pieces stay aligned.
  /// - Throws: `Mistake` where no segment could keep them.
  public init(
    maxSegment: ByteCount? = nil, boundary: ByteCount? = nil, alignment: ByteCount = ByteCount(1),
    addressBits: UInt8 = 64, maxSegments: UInt64? = nil
  ) throws(Mistake) {
    guard maxSegment != .zero, boundary != .zero, alignment != .zero, maxSegments != 0 else {
      throw .zero
    }
    guard alignment.isPowerOfTwo, boundary?.isPowerOfTwo ?? true else { throw .notPowerOfTwo }
    guard min(maxSegment ?? alignment, boundary ?? alignment) >= alignment else {
      throw .shorterThanAlignment
    }
    guard (1...64).contains(addressBits) else { throw .addressBits }
    self.maxSegment = maxSegment.map { ByteCount($0.rawValue & ~(alignment.rawValue - 1)) }
    self.boundary = boundary
    self.alignment = alignment
    self.addressBits = addressBits
    self.maxSegments = maxSegments
  }

  /// No limits.
  public static let none = Limits()

  private init() {
    maxSegment = nil
    boundary = nil
    alignment = ByteCount(1)
    addressBits = 64
    maxSegments = nil
  }

  /// The same limits, and no segment longer than this.
  /// - Throws: `Mistake` where the alignment is longer.
  func shortened(to most: ByteCount) throws(Mistake) -> Limits {
    try Limits(
      maxSegment: min(maxSegment ?? most, most), boundary: boundary, alignment: alignment,
      addressBits: addressBits, maxSegments: maxSegments)
  }

  /// The highest address that the engine can drive.
  public var lastAddress: UInt64 { .max >> UInt64(64 - addressBits) }
}
