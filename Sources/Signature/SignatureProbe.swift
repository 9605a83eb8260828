internal import CBlkid
internal import Glibc
public import Linux
public import SystemPackage

/// A libblkid probe of superblocks and partition tables.
///
/// Superblocks with a wrong checksum are looked for too: a damaged file system is still
/// somebody's. The corresponding C type is `blkid_probe`.
@safe public struct SignatureProbe: ~Copyable {
  let handle: blkid_probe

  /// A probe with both chains on.
  public init() throws(Errno) {
    guard let probe = unsafe blkid_new_probe() else { throw .noMemory }
    let superblocks =
      BLKID_SUBLKS_LABEL | BLKID_SUBLKS_UUID | BLKID_SUBLKS_TYPE | BLKID_SUBLKS_USAGE
      | BLKID_SUBLKS_MAGIC | BLKID_SUBLKS_BADCSUM
    guard unsafe blkid_probe_enable_superblocks(probe, 1) == 0,
      unsafe blkid_probe_set_superblocks_flags(probe, superblocks) == 0,
      unsafe blkid_probe_enable_partitions(probe, 1) == 0,
      unsafe blkid_probe_set_partitions_flags(probe, BLKID_PARTS_MAGIC) == 0
    else {
      unsafe blkid_free_probe(probe)
      throw .invalidArgument
    }
    unsafe handle = probe
  }

  deinit { unsafe blkid_free_probe(handle) }

  /// What the first bytes of an open device or image hold.
  ///
  /// The corresponding C functions are `blkid_probe_set_device`, `blkid_do_safeprobe` and, to name
  /// everything where that one will not choose, `blkid_do_probe`. Behind a GPT whose table is too long to
  /// read, nothing else is looked for.
  /// - Parameter length: how many bytes belong to the device; 0 asks the kernel.
  public mutating func content(
    of device: borrowing Descriptor, offset: UInt64 = 0, length: UInt64 = 0
  ) throws(Errno) -> DeviceContent {
    if let place = try Self.longTables(of: device, offset: offset, length: length).first {
      return .found(KnownSignature(kind: .partitionTable, type: "gpt", offset: place))
    }
    guard let offset = Int64(exactly: offset), let length = Int64(exactly: length) else {
      throw .overflow
    }
    try select(device, offset, length)
    switch try step(refusingToChoose: true) {
    case 1: return .unrecognised
    case 0: return .found(signature())
    default:
      try select(device, offset, length)
      return .ambivalent(try all())
    }
  }

  /// Erases every signature but those of one type, copies of superblocks too, as wipefs(8) does:
  /// the bytes of the marks, no more.
  ///
  /// The corresponding C functions are `blkid_do_probe` and `blkid_do_wipe`.
  /// - Parameters:
  ///   - device: open for writing.
  ///   - offset: where in it begins what is probed, and so many bytes long.
  public mutating func erase(
    from device: borrowing Descriptor, offset: UInt64 = 0, length: UInt64, keeping type: String
  ) throws(Errno) {
    try Self.eraseLongTables(from: device, offset: offset, length: length)
    guard let offset = Int64(exactly: offset), let length = Int64(exactly: length) else {
      throw .overflow
    }
    try select(device, offset, length)
    var steps = 0
    while steps < Self.mostSteps, try step(refusingToChoose: false) == 0 {
      steps += 1
      if signature().type == type { continue }
      errno = 0
      guard unsafe blkid_do_wipe(handle, 0) == 0 else { throw Self.lastError }
    }
  }

  /// Every signature in turn, as wipefs(8) lists them.
  private mutating func all() throws(Errno) -> [KnownSignature] {
    var found: [KnownSignature] = []
    while found.count < Self.mostSteps, try step(refusingToChoose: false) == 0 {
      found.append(signature())
    }
    return found
  }

  /// libblkid knows about a hundred kinds; a probe that goes on past that goes in circles.
  private static let mostSteps = 256

  func select(
    _ device: borrowing Descriptor, _ offset: Int64, _ length: Int64
  ) throws(Errno) {
    errno = 0
    guard unsafe blkid_probe_set_device(handle, device.rawValue, offset, length) == 0 else {
      throw Self.lastError
    }
  }

  /// One step of the probe: 0 found, 1 nothing, -2 ambivalent. Where bytes cannot be read, libblkid
  /// answers with an error of errno(3), whose sign it changes, and not with -1 alone.
  private func step(refusingToChoose safe: Bool) throws(Errno) -> Int32 {
    errno = 0
    let result = unsafe safe ? blkid_do_safeprobe(handle) : blkid_do_probe(handle)
    if result >= 0 || result == -2 { return result }
    throw result == -1 ? Self.lastError : Errno(rawValue: -result)
  }

  /// What errno says, or EIO: libblkid does not always set it.
  private static var lastError: Errno { errno == 0 ? .ioError : Errno(rawValue: errno) }

  /// The values of the step that found something.
  private func signature() -> KnownSignature {
    if let type = value("TYPE") {
      return KnownSignature(
        kind: Self.kind(usage: value("USAGE")), type: type, label: bytes("LABEL"),
        uuid: value("UUID"), offset: value("SBMAGIC_OFFSET").flatMap { UInt64($0) })
    }
    return KnownSignature(
      kind: .partitionTable, type: value("PTTYPE") ?? "unknown", uuid: value("PTUUID"),
      offset: value("PTMAGIC_OFFSET").flatMap { UInt64($0) })
  }

  private static func kind(usage: String?) -> KnownSignature.Kind {
    switch usage {
    case "filesystem": .filesystem
    case "raid": .raid
    case "crypto": .crypto
    default: .other
    }
  }

  /// A value that libblkid writes in plain text.
  private func value(_ name: String) -> String? {
    bytes(name).map { String(decoding: $0, as: UTF8.self) }
  }

  /// The corresponding C function is `blkid_probe_lookup_value`.
  private func bytes(_ name: String) -> [UInt8]? {
    var data: UnsafePointer<CChar>?
    var length = 0
    guard unsafe blkid_probe_lookup_value(handle, name, &data, &length) == 0,
      let data = unsafe data
    else { return nil }
    let bytes = unsafe UnsafeRawBufferPointer(start: data, count: length)
    return unsafe Array(bytes.prefix { $0 != 0 })
  }
}
