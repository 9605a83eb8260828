/// The first superblock of XFS version 5, as far as DAX and addresses depend on it.
///
/// Offsets are those of `struct xfs_dsb`, fs/xfs/libxfs/xfs_format.h; all numbers big-endian.
struct XFSSuperblock: Hashable {
  var blockSize: UInt32
  var blockCount: UInt64
  var realtimeBlockCount: UInt64
  var uuid: [UInt8]
  var groupLength: UInt32
  var groupCount: UInt32
  /// How long the internal log is; 0 where it is on another device.
  var logBlockCount: UInt32
  /// What allocations are aligned to, in blocks.
  var stripeUnit: UInt32
  var label: [UInt8]
  var isInProgress: Bool
  /// Features that a kernel must know to write: `XFS_SB_FEAT_RO_COMPAT_*`.
  var readOnlyCompatible: UInt32

  /// `XFS_SB_FEAT_RO_COMPAT_RMAPBT`: blocks know their owners.
  var hasReverseMap: Bool { readOnlyCompatible & 1 << 1 != 0 }

  /// `XFS_SB_FEAT_RO_COMPAT_REFLINK`: files can share blocks.
  var hasReflink: Bool { readOnlyCompatible & 1 << 2 != 0 }

  /// How much of the device's start is read.
  static let length = 512

  /// The superblock in these bytes; nil when they hold none of version 5.
  init?(_ bytes: [UInt8]) {
    guard bytes.count >= Self.length, bytes.starts(with: Array("XFSB".utf8)) else { return nil }
    func number<T: FixedWidthInteger & UnsignedInteger>(_ offset: Int, as type: T.Type) -> T {
      bytes[offset..<offset + T.bitWidth / 8].reduce(0) { $0 << 8 | T($1) }
    }
    // The low four bits of sb_versionnum are the version.
    guard number(100, as: UInt16.self) & 0xF == 5 else { return nil }
    blockSize = number(4, as: UInt32.self)
    blockCount = number(8, as: UInt64.self)
    realtimeBlockCount = number(16, as: UInt64.self)
    uuid = Array(bytes[32..<48])
    groupLength = number(84, as: UInt32.self)
    groupCount = number(88, as: UInt32.self)
    logBlockCount = number(96, as: UInt32.self)
    stripeUnit = number(184, as: UInt32.self)
    label = Array(bytes[108..<120].prefix { $0 != 0 })
    isInProgress = bytes[126] != 0
    readOnlyCompatible = number(212, as: UInt32.self)
  }
}
