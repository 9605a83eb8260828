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
    if try wasCleared(log) { return true }
    let (first, last) = (try cycle(0, log), try cycle(log.count - 1, log))
    guard first != 0 else { return false }
    let head = first == last ? log.count : try head(of: log, last)
    guard try isWhole(log, upTo: head, first, last) else { return false }
    for block in (head - min(head, Log.farthest)..<head).reversed() {
      let record = try read(at: log.start + block * Log.block, count: Int(Log.block))
      guard record.number(at: 0, as: UInt32.self) == Log.magic else { continue }
      guard endOfUnmount(record, at: block) == head else { return false }
      return try saysUnmount(record, at: block, log)
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
    /// How many blocks may be written at once: eight such records, `XLOG_TOTAL_REC_SHIFT`.
    static let onTheirWay: UInt64 = 8 * 512
    let start: UInt64
    let count: UInt64

    /// How many blocks come before a record's data: a header for each 32 KiB that it may have,
    /// `XLOG_HEADER_CYCLE_SIZE`.
    static func headers(of record: [UInt8]) -> UInt64 {
      max(1, (UInt64(record.number(at: 320, as: UInt32.self)) + 32_767) / 32_768)
    }
  }

  /// The first block that the next record goes to: there the number of the log's round goes down.
  private func head(of log: borrowing Log, _ last: UInt32) throws(XFSError) -> UInt64 {
    var (before, from) = (UInt64(0), log.count - 1)
    while from - before > 1 {
      let middle = before + (from - before) / 2
      if try cycle(middle, log) == last { from = middle } else { before = middle }
    }
    return from
  }

  /// Whether no block is missing of what may have been on its way at once: a block of an earlier round
  /// among them is the end of what was written, `xlog_find_verify_cycle`.
  private func isWhole(
    _ log: borrowing Log, upTo head: UInt64, _ first: UInt32, _ last: UInt32
  ) throws(XFSError) -> Bool {
    func areAll(_ blocks: Range<UInt64>, of round: UInt32) throws(XFSError) -> Bool {
      let bytes = try read(
        at: log.start + blocks.lowerBound * Log.block,
        count: Int((blocks.upperBound - blocks.lowerBound) * Log.block))
      return stride(from: 0, to: bytes.count, by: Int(Log.block)).allSatisfy {
        Self.cycle(Array(bytes[$0..<$0 + 8])) == round
      }
    }
    let before = min(head, Log.onTheirWay)
    let rest = min(log.count - head, Log.onTheirWay - before)
    guard try areAll(head - before..<head, of: first) else { return false }
    return try areAll(log.count - rest..<log.count, of: last)
  }

  /// The round of the log in which a block was written: a record's first block tells it after the magic
  /// number, all others in their first word.
  private func cycle(_ block: UInt64, _ log: borrowing Log) throws(XFSError) -> UInt32 {
    Self.cycle(try read(at: log.start + block * Log.block, count: 8))
  }

  private static func cycle(_ start: [UInt8]) -> UInt32 {
    let word = start.number(at: 0, as: UInt32.self)
    return word == Log.magic ? start.number(at: 4) : word
  }

  /// Whether the tools cleared the log and nobody wrote to it since: `libxfs_log_clear` of xfsprogs puts
  /// a record of an unmount at its start, whose tail is in the round before, and the next mount writes
  /// over that.
  private func wasCleared(_ log: borrowing Log) throws(XFSError) -> Bool {
    let record = try read(at: log.start, count: Int(Log.block))
    let round = record.number(at: 4, as: UInt32.self)
    guard record.number(at: 0, as: UInt32.self) == Log.magic, round > 1,
      record.number(at: 24, as: UInt32.self) == round - 1,
      // No record came before it.
      record.number(at: 36, as: UInt32.self) == .max, endOfUnmount(record, at: 0) != nil
    else { return false }
    return try saysUnmount(record, at: 0, log)
  }

  /// Where a record ends that lies where it says, is this file system's and of one operation; nil for
  /// all others.
  private func endOfUnmount(_ record: [UInt8], at block: UInt64) -> UInt64? {
    let length = UInt64(record.number(at: 12, as: UInt32.self))
    guard record.number(at: 16, as: UInt32.self) == record.number(at: 4, as: UInt32.self),
      UInt64(record.number(at: 20, as: UInt32.self)) == block,
      Array(record[304..<320]) == superblock.uuid,
      record.number(at: 40, as: UInt32.self) == 1, length > 0
    else { return nil }
    return block + Log.headers(of: record) + (length + Log.block - 1) / Log.block
  }

  /// Whether the first operation of a record is `XLOG_UNMOUNT_TRANS`: `struct xlog_op_header`.
  private func saysUnmount(
    _ record: [UInt8], at block: UInt64, _ log: borrowing Log
  ) throws(XFSError) -> Bool {
    let body = block + Log.headers(of: record)
    guard body < log.count else { return false }
    return try read(at: log.start + body * Log.block, count: 10)[9] & 0x20 != 0
  }
}
