extension [UInt8] {
  /// Appends values as they lie in memory.
  @inlinable
  public mutating func append<Record: BitwiseCopyable>(records: [Record]) {
    unsafe records.withUnsafeBytes { unsafe append(contentsOf: $0) }
  }
}
