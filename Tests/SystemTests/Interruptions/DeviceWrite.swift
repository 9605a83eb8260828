import Testing

/// What a device was told: bytes to keep, or to have all before it last.
enum DeviceWrite {
  case bytes([UInt8], at: Int)
  case flush

  /// What a device keeps as a whole or not at all.
  static let block = 4096

  /// Reads a log as dm-log-writes has it (Documentation/admin-guide/device-mapper/log-writes.rst): a sector
  /// whose number of entries is written with each flush only, then entries, each with a sector before it.
  static func read(_ log: [UInt8]) throws -> [DeviceWrite] {
    func number(_ offset: Int) -> UInt64 {
      log[offset..<offset + 8].reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
    let sector = 512
    if log.isEmpty { return [] }
    try #require(number(0) == 0x6A_7366_7773_6872 && number(8) == 1, "no log of writes")
    var writes: [DeviceWrite] = []
    var offset = sector
    while offset + sector <= log.count {
      let start = Int(number(offset)) * sector
      let count = Int(number(offset + 8)) * sector
      let flags = number(offset + 16)
      offset += sector
      try #require(flags <= 1, "a write with flags \(flags), which no program here asks for")
      try #require(offset + count <= log.count, "a log that is cut off")
      for piece in stride(from: 0, to: count, by: block) {
        let bytes = log[offset + piece..<offset + min(piece + block, count)]
        writes.append(.bytes(Array(bytes), at: start + piece))
      }
      if flags == 1 { writes.append(.flush) }
      offset += count
    }
    return writes
  }
}
