internal import CLinux
public import SystemPackage

extension Descriptor {
  /// Allocates blocks for a range of the file, unwritten until somebody writes them; the file grows
  /// to the range's end.
  ///
  /// The corresponding C function is `fallocate`.
  /// - Throws: `noSpace`, after which a part may have been allocated all the same.
  public func allocate(from offset: UInt64, length: UInt64) throws(Errno) {
    try allocate(mode: 0, from: offset, length: length)
  }

  /// Removes a range from the file, and joins what follows; no data moves on the device.
  ///
  /// The corresponding mode is `FALLOC_FL_COLLAPSE_RANGE`, for whole blocks only.
  public func collapse(from offset: UInt64, length: UInt64) throws(Errno) {
    try allocate(mode: FALLOC_FL_COLLAPSE_RANGE, from: offset, length: length)
  }

  /// Inserts a hole into the file before what follows; no data moves on the device.
  ///
  /// The corresponding mode is `FALLOC_FL_INSERT_RANGE`, for whole blocks only.
  public func insertHole(at offset: UInt64, length: UInt64) throws(Errno) {
    try allocate(mode: FALLOC_FL_INSERT_RANGE, from: offset, length: length)
  }

  /// Frees the blocks of a range; the file keeps its length.
  ///
  /// The corresponding mode is `FALLOC_FL_PUNCH_HOLE`.
  public func punch(from offset: UInt64, length: UInt64) throws(Errno) {
    try allocate(mode: FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, from: offset, length: length)
  }

  private func allocate(mode: Int32, from offset: UInt64, length: UInt64) throws(Errno) {
    let offset = try fileOffset(offset, plus: 0)
    let length = try fileOffset(length, plus: 0)
    _ = try call { iopmem_fallocate(rawValue, mode, offset, length) }
  }

  /// Clears the extent size that a file inherited from its directory, so that it can have single
  /// blocks; it must have none yet.
  ///
  /// The corresponding field is `fsx_extsize` of `FS_IOC_FSSETXATTR`; XFS alone heeds it.
  public func clearExtentSize() throws(Errno) {
    var raw = fsxattr()
    try control(.attributes, &raw)
    raw.fsx_xflags &= ~UInt32(FS_XFLAG_EXTSIZE)
    raw.fsx_extsize = 0
    try control(.setAttributes, &raw)
  }

  /// The bytes of the file system that are free, and those of them that files can have: the rest is
  /// kept for the file system's own records or its superuser (`f_bfree`, `f_bavail`).
  ///
  /// The corresponding C function is `fstatfs`.
  public func freeSpace() throws(Errno) -> (free: UInt64, available: UInt64) {
    var raw = statfs()
    _ = try call { unsafe fstatfs(rawValue, &raw) }
    guard let size = UInt64(exactly: raw.f_bsize) else { throw .invalidArgument }
    let (free, freeOverflow) = UInt64(raw.f_bfree).multipliedReportingOverflow(by: size)
    let (available, overflow) = UInt64(raw.f_bavail).multipliedReportingOverflow(by: size)
    if freeOverflow || overflow { throw .overflow }
    return (free, available)
  }

  /// Waits until everything of the file system that holds the file is on the device.
  ///
  /// The corresponding C function is `syncfs`.
  public func synchronizeFileSystem() throws(Errno) {
    _ = try call { iopmem_syncfs(rawValue) }
  }
}
