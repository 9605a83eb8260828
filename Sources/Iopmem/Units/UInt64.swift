extension UInt64 {
  /// The number as a person reads addresses: hex digits after `0x`.
  package var hex: String { "0x" + String(self, radix: 16) }

  /// The number that these bytes are, the lowest first: eight at most.
  init(lowestFirst bytes: some BidirectionalCollection<UInt8>) {
    self = bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }
}
