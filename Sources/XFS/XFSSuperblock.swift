/// The first superblock of XFS version 5, as far as space, DAX and addresses depend on it.
///
/// Offsets are those of `struct xfs_dsb`, fs/xfs/libxfs/xfs_format.h; all numbers big-endian.
public struct XFSSuperblock: Hashable, Sendable {
  /// Bytes in a block.
  public let blockSize: UInt32
  /// How many blocks there are, all groups together.
  public let blockCount: UInt64
  /// How many blocks the realtime section has.
  public let realtimeBlockCount: UInt64
  /// The file system's UUID: 16 bytes.
  public let uuid: [UInt8]
  /// How many blocks an allocation group has; the last may have fewer.
  public let groupLength: UInt32
  /// How many allocation groups there are.
  public let groupCount: UInt32
  /// How long the internal log is, in blocks; 0 where it is on another device.
  public let logBlockCount: UInt32
  /// What allocations are aligned to, in blocks.
  public let stripeUnit: UInt32
  /// The label, without the zeros behind it.
  public let label: [UInt8]
  /// It is being made, or the making was cut off.
  public let isInProgress: Bool
  /// Features that a kernel must know to write: `XFS_SB_FEAT_RO_COMPAT_*`.
  public let readOnlyCompatible: UInt32
  /// Bytes in a sector, the unit of a group's headers.
  let sectorSize: UInt16
  /// Where the internal log begins: the group above, the block in it below.
  let logStart: UInt64
  /// How many of the bits of `logStart` tell the block.
  let groupLengthBits: UInt8
  /// Features that a kernel must know to read: `XFS_SB_FEAT_INCOMPAT_*`.
  let incompatible: UInt32
  /// What blocks say that they belong to: `uuid`, unless that was changed later.
  let blockUUID: [UInt8]

  /// `XFS_SB_FEAT_RO_COMPAT_RMAPBT`: blocks know their owners.
  public var hasReverseMap: Bool { readOnlyCompatible & 1 << 1 != 0 }

  /// `XFS_SB_FEAT_RO_COMPAT_REFLINK`: files can share blocks.
  public var hasReflink: Bool { readOnlyCompatible & 1 << 2 != 0 }

  /// `XFS_SB_FEAT_INCOMPAT_NEEDSREPAIR`: xfs_repair(8) has not come to its end.
  var needsRepair: Bool { incompatible & 1 << 4 != 0 }

  /// What does not change where free space is told: ftype, sparse inodes, meta_uuid, bigtime,
  /// needsrepair, nrext64, exchange-range, parent pointers and the metadata directory.
  static let knownIncompatible: UInt32 = 0x1FF

  /// How much of the device's start is read.
  public static let length = 512

  /// The superblock in these bytes; nil when they hold none of version 5.
  public init?(_ bytes: [UInt8]) {
    guard bytes.count >= Self.length, bytes.starts(with: Array("XFSB".utf8)) else { return nil }
    // The low four bits of sb_versionnum are the version.
    guard bytes.number(at: 100, as: UInt16.self) & 0xF == 5 else { return nil }
    blockSize = bytes.number(at: 4)
    blockCount = bytes.number(at: 8)
    realtimeBlockCount = bytes.number(at: 16)
    uuid = Array(bytes[32..<48])
    logStart = bytes.number(at: 48)
    groupLength = bytes.number(at: 84)
    groupCount = bytes.number(at: 88)
    logBlockCount = bytes.number(at: 96)
    sectorSize = bytes.number(at: 102)
    label = Array(bytes[108..<120].prefix { $0 != 0 })
    groupLengthBits = bytes[124]
    isInProgress = bytes[126] != 0
    stripeUnit = bytes.number(at: 184)
    readOnlyCompatible = bytes.number(at: 212)
    incompatible = bytes.number(at: 216)
    // `XFS_SB_FEAT_INCOMPAT_META_UUID`.
    blockUUID = incompatible & 1 << 2 != 0 ? Array(bytes[248..<264]) : uuid
  }

  /// Whether the numbers can be those of a file system: `xfs_validate_sb_common`.
  var isSound: Bool {
    let sizes = [UInt32(sectorSize), blockSize]
    guard sizes.allSatisfy({ $0 >= 512 && $0 <= 65_536 && $0.nonzeroBitCount == 1 }),
      sizes[0] <= sizes[1], groupLength > 0, groupCount > 0, groupLengthBits < 32,
      UInt64(groupLength) <= 1 << UInt64(groupLengthBits),
      !blockCount.multipliedReportingOverflow(by: UInt64(blockSize)).overflow
    else { return false }
    // Both factors have 32 bits.
    let before = UInt64(groupCount - 1) * UInt64(groupLength)
    return blockCount > before && blockCount - before <= UInt64(groupLength)
  }
}

extension [UInt8] {
  /// The big-endian number that begins at an offset, which the caller knows to be inside.
  func number<T: FixedWidthInteger & UnsignedInteger>(at offset: Int, as type: T.Type = T.self) -> T
  {
    self[offset..<offset + T.bitWidth / 8].reduce(0) { $0 << 8 | T($1) }
  }
}
