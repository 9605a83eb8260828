internal import CBlkid
internal import Glibc
public import Linux
public import SystemPackage

/// By what people know a file system: its type, label and UUID.
public struct FileSystemIdentity: Sendable, Hashable {
  /// libblkid's name for it, as in `ext4`.
  public let type: String
  /// The label as it stands in the superblock, any bytes; nil where there is none.
  public let label: [UInt8]?
  /// The UUID as its owner writes it; nil where there is none.
  public let uuid: String?

  /// What an open block device or image holds; nil for nothing known, and for marks of several
  /// things at once.
  public init?(of device: borrowing Descriptor) throws(Errno) {
    let probe = try SuperblockProbe()
    try probe.select(device)
    guard try probe.findsOne(), let type = probe.value("TYPE") else { return nil }
    self.type = String(decoding: type, as: UTF8.self)
    label = probe.value("LABEL")
    uuid = probe.value("UUID").map { String(decoding: $0, as: UTF8.self) }
  }
}

/// A libblkid probe for superblocks alone.
///
/// The corresponding C type is `blkid_probe`.
@safe private struct SuperblockProbe: ~Copyable {
  private let handle: blkid_probe

  /// The corresponding C function is `blkid_new_probe`.
  init() throws(Errno) {
    guard let handle = unsafe blkid_new_probe() else { throw .noMemory }
    unsafe self.handle = handle
  }

  deinit { unsafe blkid_free_probe(handle) }

  /// Turns to an open device; the corresponding C function is `blkid_probe_set_device`.
  func select(_ device: borrowing Descriptor) throws(Errno) {
    errno = 0
    let wanted = BLKID_SUBLKS_TYPE | BLKID_SUBLKS_LABEL | BLKID_SUBLKS_UUID
    guard unsafe blkid_probe_set_device(handle, device.rawValue, 0, 0) == 0,
      unsafe blkid_probe_enable_superblocks(handle, 1) == 0,
      unsafe blkid_probe_set_superblocks_flags(handle, wanted) == 0
    else { throw Self.lastError }
  }

  /// Whether there is one superblock beyond doubt.
  ///
  /// The corresponding C function is `blkid_do_safeprobe`.
  func findsOne() throws(Errno) -> Bool {
    errno = 0
    let result = unsafe blkid_do_safeprobe(handle)
    if result == -1 { throw Self.lastError }
    return result == 0
  }

  /// The corresponding C function is `blkid_probe_lookup_value`.
  func value(_ name: String) -> [UInt8]? {
    var data: UnsafePointer<CChar>?
    var length = 0
    guard unsafe blkid_probe_lookup_value(handle, name, &data, &length) == 0,
      let data = unsafe data
    else { return nil }
    return unsafe UnsafeRawBufferPointer(start: data, count: length).prefix { $0 != 0 }
  }

  /// What errno says, or EIO: libblkid does not always set it.
  private static var lastError: Errno { errno == 0 ? .ioError : Errno(rawValue: errno) }
}
