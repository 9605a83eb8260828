extension [UInt8] {
  /// Appends a number's eight bytes, the lowest first, whatever the processor's order.
  @inlinable
  public mutating func append(littleEndian value: UInt64) {
    unsafe Swift.withUnsafeBytes(of: value.littleEndian) { unsafe append(contentsOf: $0) }
  }
}
