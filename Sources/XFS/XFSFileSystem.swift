internal import Linux
public import SystemPackage

/// An XFS of version 5 that is read without mounting it: its space, not its files.
///
/// What it tells is true only of one that was unmounted cleanly: see `logIsClean`.
public struct XFSFileSystem: ~Copyable {
  /// Its first superblock, whose numbers fit one another.
  public let superblock: XFSSuperblock
  private let file: Descriptor
  private let offset: UInt64

  /// Opens the file system on a device or in an image.
  /// - Parameter offset: where in the file it begins, in bytes.
  /// - Throws: `XFSError` for what is no such file system, is not whole, or has features that are not
  ///   known here.
  public init(_ path: FilePath, at offset: UInt64 = 0) throws(XFSError) {
    let file = try Self.open(path)
    let start = try Self.read(file, at: offset, count: XFSSuperblock.length)
    guard let superblock = XFSSuperblock(start) else { throw .otherContent }
    guard superblock.isSound else { throw .damage(.superblock) }
    let sector = try Self.read(file, at: offset, count: Int(superblock.sectorSize))
    guard sector.hasChecksum(at: 224) else { throw .damage(.superblock) }
    if superblock.isInProgress || superblock.needsRepair { throw .unfinished }
    let unknown = superblock.incompatible & ~XFSSuperblock.knownIncompatible
    guard unknown == 0 else { throw .unknownFeatures(unknown) }
    self.superblock = superblock
    self.file = file
    self.offset = offset
  }

  private static func open(_ path: FilePath) throws(XFSError) -> Descriptor {
    do { return try Descriptor(path, .readOnly, options: .nonBlocking) } catch {
      throw .reading(error)
    }
  }

  /// How many bytes there are.
  public var length: UInt64 { superblock.blockCount * blockSize }

  /// Bytes in a block.
  var blockSize: UInt64 { UInt64(superblock.blockSize) }

  /// Where the log lies, in bytes; nil where it is on another device.
  /// - Throws: `damage` when it is not inside one group.
  public func log() throws(XFSError) -> Range<UInt64>? {
    guard superblock.logStart != 0 else { return nil }
    let bits = UInt64(superblock.groupLengthBits)
    let (group, block) = (superblock.logStart >> bits, superblock.logStart & (1 << bits - 1))
    guard group < superblock.groupCount, superblock.logBlockCount > 0,
      block + UInt64(superblock.logBlockCount) <= length(ofGroup: UInt32(group))
    else { throw .damage(.superblock) }
    let start = (group * UInt64(superblock.groupLength) + block) * blockSize
    return start..<start + UInt64(superblock.logBlockCount) * blockSize
  }

  /// How many blocks a group has.
  func length(ofGroup group: UInt32) -> UInt64 {
    let before = UInt64(group) * UInt64(superblock.groupLength)
    return min(superblock.blockCount - before, UInt64(superblock.groupLength))
  }

  /// Where a group begins, in bytes.
  func start(ofGroup group: UInt32) -> UInt64 {
    UInt64(group) * UInt64(superblock.groupLength) * blockSize
  }

  /// Reads a header of a group: its sectors are those of superblock, free space, inodes and free list.
  func sector(_ number: UInt64, ofGroup group: UInt32) throws(XFSError) -> [UInt8] {
    let size = UInt64(superblock.sectorSize)
    return try read(at: start(ofGroup: group) + number * size, count: Int(size))
  }

  /// Reads bytes of the file system.
  func read(at place: UInt64, count: Int) throws(XFSError) -> [UInt8] {
    let (start, overflow) = offset.addingReportingOverflow(place)
    guard !overflow else { throw .cutOff }
    return try Self.read(file, at: start, count: count)
  }

  private static func read(
    _ file: borrowing Descriptor, at offset: UInt64, count: Int
  ) throws(XFSError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    let done: Int
    do throws(Errno) { done = try file.read(at: offset, into: &bytes) } catch {
      throw .reading(error)
    }
    guard done == count else { throw .cutOff }
    return bytes
  }
}

extension [UInt8] {
  /// Whether the checksum of all bytes stands at a place among them: `xfs_verify_cksum`,
  /// fs/xfs/libxfs/xfs_cksum.h.
  func hasChecksum(at place: Int) -> Bool {
    Array(self[place..<place + 4]) == checksum(for: place)
  }

  /// The CRC-32C of all bytes, with zeros at its own place, as it stands there: little-endian, where
  /// all other numbers are not.
  func checksum(for place: Int) -> [UInt8] {
    let own = place..<place + 4
    var crc = UInt32.max
    for (index, byte) in enumerated() {
      crc ^= own.contains(index) ? 0 : UInt32(byte)
      for _ in 0..<8 { crc = crc >> 1 ^ (crc & 1 == 0 ? 0 : 0x82F6_3B78) }
    }
    return (0..<4).map { UInt8(truncatingIfNeeded: ~crc >> (8 * $0)) }
  }
}
