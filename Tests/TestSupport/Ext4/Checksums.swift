/// The checksum of Castagnoli's polynomial, as ext4 goes on with it: nothing is inverted.
enum CRC32C {
  private static let table: [UInt32] = (0..<256).map { byte in
    (0..<8).reduce(UInt32(byte)) { crc, _ in crc >> 1 ^ (crc & 1 == 1 ? 0x82F6_3B78 : 0) }
  }

  static func digest(of bytes: ArraySlice<UInt8>, from start: UInt32) -> UInt32 {
    bytes.reduce(start) { crc, byte in table[Int(UInt8(truncatingIfNeeded: crc) ^ byte)] ^ crc >> 8
    }
  }
}

/// The checksum of descriptors under `uninit_bg`: lib/crc16.c.
enum CRC16 {
  static func digest(of bytes: ArraySlice<UInt8>, from start: UInt16) -> UInt16 {
    bytes.reduce(start) { crc, byte in
      (0..<8).reduce(crc ^ UInt16(byte)) { crc, _ in crc >> 1 ^ (crc & 1 == 1 ? 0xA001 : 0) }
    }
  }
}
