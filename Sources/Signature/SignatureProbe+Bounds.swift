internal import Linux
internal import SystemPackage

extension SignatureProbe {
  /// The longest table of a GPT that is read: libblkid reads all of it at once, and the kernel none that
  /// is longer (`KMALLOC_MAX_SIZE`, block/partitions/efi.c).
  static let longestTable: UInt64 = 4 << 20

  /// Where the marks of GPTs with longer tables are, from the offset on: by either of the two sizes of
  /// sectors, at the start or at the end.
  /// - Parameter length: 0 for the device's own.
  static func longTables(
    of device: borrowing Descriptor, offset: UInt64, length: UInt64
  ) throws(Errno) -> [UInt64] {
    let end = try length > 0 ? offset &+ length : device.length(device.status())
    var places: [UInt64] = []
    for sector in [512, 4096] as [UInt64] {
      for place in [offset &+ sector, max(end, sector) - sector] {
        var header = [UInt8](repeating: 0, count: 92)
        guard try device.read(at: place, into: &header) == header.count,
          header.starts(with: mark)
        else { continue }
        let count = number(header[80..<84])
        let size = number(header[84..<88])
        if count * size > longestTable { places.append(place &- offset) }
      }
    }
    return places
  }

  /// Erases the marks of such tables, which libblkid would have to read first.
  static func eraseLongTables(
    from device: borrowing Descriptor, offset: UInt64, length: UInt64
  ) throws(Errno) {
    for place in try longTables(of: device, offset: offset, length: length) {
      try device.write([UInt8](repeating: 0, count: mark.count), at: offset &+ place)
    }
  }

  /// The signature of a GPT's header (UEFI specification, section 5.3.2).
  private static let mark = Array("EFI PART".utf8)

  private static func number(_ bytes: ArraySlice<UInt8>) -> UInt64 {
    bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }
}
