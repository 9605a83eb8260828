internal import Linux
internal import SystemPackage
internal import XFS

/// The map of blocks to owners that an XFS can have, `rmapbt`, and the trouble that it makes.
struct XFSReverseMap {
  /// Why such a device makes trouble; the device's name comes before.
  static let reason =
    "has rmapbt: after Linux 6.12 a device goes from under it only after hours, "
    + "unless its driver shuts it down first, as iopmem's does"
  /// What to do about it.
  static let remedy = "unmount it first, and make it anew with mkfs.iopmem(8) when that can be"

  /// Whether a device holds an XFS with such a map, by its first superblock: those of version 4
  /// have none.
  static func isOn(_ device: FilePath, number: DeviceNumber? = nil) throws(Errno) -> Bool {
    let descriptor = try Descriptor(device, .readOnly, options: .nonBlocking)
    // The name may be another device's by now.
    if let number, try descriptor.status().specialDevice != number {
      throw .noSuchAddressOrDevice
    }
    var bytes = [UInt8](repeating: 0, count: XFSSuperblock.length)
    let count = try descriptor.read(at: 0, into: &bytes)
    return XFSSuperblock(Array(bytes.prefix(count)))?.hasReverseMap == true
  }
}
