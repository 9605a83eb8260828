extension XFSFileSystem {
  /// Whether all changes of the log are in place: its last record says that the file system was
  /// unmounted.
  ///
  /// What the kernel does before it replays: `xlog_find_head` and `xlog_check_unmount_rec`,
  /// fs/xfs/xfs_log_recover.c. A log that it would have to repair first is not clean here.
  /// - Returns: false too for a log that was never written, or is on another device.
  public func logIsClean() throws(XFSError) -> Bool {
    guard let bytes = try log() else { return false }
    let log = Log(start: bytes.lowerBound, count: UInt64(bytes.count) / Log.block)
    guard let head = try head(of: log) else { return false }
    // The head is 0 where the last record ends with the log.
    let end = head == 0 ? log.count : head
    for block in ((end - min(end, Log.farthest))..<end).reversed() {
      let record = try read(at: log.start + block * Log.block, count: Int(Log.block))
      guard record.number(at: 0, as: UInt32.self) == Log.magic else { continue }
      return try isUnmount(record, at: block, end: end, log)
    }
    return false
  }

  /// The log, in blocks of 512 bytes, whatever the file system's have: `struct xlog_rec_header`,
  /// fs/xfs/libxfs/xfs_log_format.h.
  private struct Log {
    static let block: UInt64 = 512
    static let magic: UInt32 = 0xFEED_BABE
    /// How many blocks a record can have: 256 KiB, and 8 headers for each 32 KiB of it.
    static let farthest: UInt64 = 512 + 8
    let start: UInt64
    let count: UInt64
  }

  /// The first block that the next record goes to: there the number of the log's round goes down.
  /// - Returns: nil for a log of zeros.
  private func head(of log: borrowing Log) throws(XFSError) -> UInt64? {
    let (first, last) = (try cycle(0, log), try cycle(log.count - 1, log))
    guard first != 0 else { return nil }
    if first == last { return 0 }
    var (before, from) = (UInt64(0), log.count - 1)
    while from - before > 1 {
      let middle = before + (from - before) / 2
      if try cycle(middle, log) == last { from = middle } else { before = middle }
    }
    return from
  }

  /// The round of the log in which a block was written: a record's first block tells it after the magic
  /// number, all others in their first word.
  private func cycle(_ block: UInt64, _ log: borrowing Log) throws(XFSError) -> UInt32 {
    let start = try read(at: log.start + block * Log.block, count: 8)
    let word = start.number(at: 0, as: UInt32.self)
    return word == Log.magic ? start.number(at: 4) : word
  }

  /// Whether a record ends at the head, and is of one operation, the unmount's.
  private func isUnmount(
    _ record: [UInt8], at block: UInt64, end: UInt64, _ log: borrowing Log
  ) throws(XFSError) -> Bool {
    let length = UInt64(record.number(at: 12, as: UInt32.self))
    let size = UInt64(record.number(at: 320, as: UInt32.self))
    // A record of more than 32 KiB has a header for each of them: `XLOG_HEADER_CYCLE_SIZE`.
    let headers = max(1, (size + 32_767) / 32_768)
    let body = block + headers
    guard record.number(at: 16, as: UInt32.self) == record.number(at: 4, as: UInt32.self),
      UInt64(record.number(at: 20, as: UInt32.self)) == block,
      Array(record[304..<320]) == superblock.uuid,
      record.number(at: 40, as: UInt32.self) == 1, length > 0,
      body + (length + Log.block - 1) / Log.block == end
    else { return false }
    let operation = try read(at: log.start + body * Log.block, count: 10)
    // `XLOG_UNMOUNT_TRANS` of `struct xlog_op_header`.
    return operation[9] & 0x20 != 0
  }
}
