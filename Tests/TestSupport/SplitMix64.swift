/// A generator that gives the same numbers on every run (Steele, Lea, Flood 2014).
public struct SplitMix64: RandomNumberGenerator {
  private var state: UInt64

  /// A generator; the same seed gives the same numbers.
  public init(seed: UInt64) { state = seed }

  /// The next number.
  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// Bytes of which none is 0, as a hole's are.
  public mutating func bytes(_ count: Int) -> [UInt8] {
    // A prime of bytes over and over: no two blocks are alike, and a test is not about numbers.
    let period = (0..<min(count, 4093)).map { _ in UInt8.random(in: 1...255, using: &self) }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count)
    while bytes.count + period.count < count { bytes += period }
    return bytes + period.prefix(count - bytes.count)
  }
}
