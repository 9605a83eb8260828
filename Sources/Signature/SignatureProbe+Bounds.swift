internal import Linux
internal import SystemPackage

extension SignatureProbe {
  /// The longest table of a GPT that is read: libblkid reads all of it at once, and the kernel none that
  /// is longer (`KMALLOC_MAX_SIZE`, block/partitions/efi.c).
  static let longestTable: UInt64 = 4 << 20

  /// Refuses what has the header of a longer table, by either of the two sizes of sectors, at its start
  /// or at its end.
  /// - Parameter length: 0 for the device's own.
  /// - Throws: `fileTooLarge` for a longer one.
  static func expectBoundedTable(
    of device: borrowing Descriptor, offset: UInt64, length: UInt64
  ) throws(Errno) {
    let end = try length > 0 ? offset &+ length : device.length(device.status())
    for sector in [512, 4096] as [UInt64] {
      for place in [offset &+ sector, max(end, sector) - sector] {
        var header = [UInt8](repeating: 0, count: 92)
        guard (try? device.read(at: place, into: &header)) == header.count,
          header.starts(with: Array("EFI PART".utf8))
        else { continue }
        let count = number(header[80..<84])
        let size = number(header[84..<88])
        guard count * size <= longestTable else { throw .fileTooLarge }
      }
    }
  }

  private static func number(_ bytes: ArraySlice<UInt8>) -> UInt64 {
    bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }
}
