internal import CLinux
public import SystemPackage

extension Descriptor {
  /// Reads at an offset until the buffer is full or the file ends.
  ///
  /// The corresponding C function is `pread`.
  /// - Returns: how many bytes were read; less than asked for only at the end of the file.
  public func read(at offset: UInt64, into buffer: inout [UInt8]) throws(Errno) -> Int {
    try transfer(buffer.count, at: offset) { done, position in
      unsafe buffer.withUnsafeMutableBytes {
        unsafe pread(rawValue, $0.baseAddress.map { unsafe $0 + done }, $0.count - done, position)
      }
    }
  }

  /// Reads the rest of the file, or a device file, from its current position.
  ///
  /// The corresponding C function is `read`.
  /// - Parameter limit: the most bytes to take; more is an error, so that a file without end
  ///   (a hostile sysfs, a device) cannot eat the memory.
  /// - Parameter waits: whether a pipe that was opened without waiting is waited for, while it has a
  ///   writer.
  /// - Throws: `fileTooLarge` when the limit is passed.
  public func readToEnd(limit: Int, waits: Bool = false) throws(Errno) -> [UInt8] {
    var bytes: [UInt8] = []
    while true {
      let chunk: [UInt8]
      do throws(Errno) {
        // Most files that are read whole are attributes: sysfs gives them a page at most.
        chunk = try readSome(atMost: min(limit + 1, bytes.count < 4096 ? 4096 : 65_536))
      } catch {
        guard waits, error == .wouldBlock else { throw error }
        _ = try Waiting.wait(for: [.input(rawValue)], milliseconds: -1)
        continue
      }
      if chunk.isEmpty { return bytes }
      bytes.append(contentsOf: chunk)
      if bytes.count > limit { throw .fileTooLarge }
    }
  }

  /// Reads what there is, as much as fits into a buffer; nothing at the end of the file.
  ///
  /// The corresponding C function is `read`. The buffer is not zeroed before: a machine has some
  /// ten thousand attributes of a few bytes each.
  public func readSome(atMost capacity: Int = 65_536) throws(Errno) -> [UInt8] {
    var failure: Errno?
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
      do throws(Errno) {
        count = try call { unsafe CLinux.read(rawValue, buffer.baseAddress, buffer.count) }
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    return bytes
  }

  /// Writes all the bytes at an offset.
  ///
  /// The corresponding C function is `pwrite`.
  public func write(_ bytes: some Collection<UInt8>, at offset: UInt64) throws(Errno) {
    let contiguous = ContiguousArray(bytes)
    let count = try transfer(contiguous.count, at: offset) { done, position in
      unsafe contiguous.withUnsafeBytes {
        unsafe pwrite(rawValue, $0.baseAddress.map { unsafe $0 + done }, $0.count - done, position)
      }
    }
    guard count == contiguous.count else { throw .ioError }
  }

  /// Makes the file this long.
  ///
  /// The corresponding C function is `ftruncate`.
  public func truncate(to size: UInt64) throws(Errno) {
    let size = try fileOffset(size, plus: 0)
    _ = try call { ftruncate(rawValue, size) }
  }

  /// Waits until data and metadata are on the device.
  ///
  /// The corresponding C function is `fsync`.
  public func synchronize() throws(Errno) {
    _ = try call { fsync(rawValue) }
  }

  /// Waits until the pages that programs have dirtied are on the device. From then on a store through
  /// a mapping is seen in the file's times: before, the page could be stored to for long without.
  ///
  /// The corresponding C function is `sync_file_range`; what sets the times is `page_mkwrite` of the
  /// file system. tmpfs has none.
  public func writeBackPages() throws(Errno) {
    _ = try call { iopmem_write_back(rawValue) }
  }

  /// Takes an advisory lock on the whole file, without waiting.
  ///
  /// The corresponding C function is `flock`; `wouldBlock` when another holds it.
  public func lock(exclusively: Bool = true) throws(Errno) {
    _ = try call { flock(rawValue, (exclusively ? LOCK_EX : LOCK_SH) | LOCK_NB) }
  }

  /// Whether a person is at the other end.
  ///
  /// The corresponding C function is `isatty`.
  public var isTerminal: Bool { isatty(rawValue) == 1 }

  /// Runs `pread` or `pwrite` until it has moved all bytes, or moves none.
  /// - Parameter body: moves some of the bytes after those that are done, at that place of the file.
  /// - Returns: how many bytes were moved: of a file that is read fewer than all at its end.
  func transfer(
    _ total: Int, at offset: UInt64, _ body: (_ done: Int, _ position: off_t) -> Int
  ) throws(Errno) -> Int {
    try callUntilDone(total) { (done) throws(Errno) in
      let position = try fileOffset(offset, plus: done)
      return try call { body(done, position) }
    }
  }

  /// The kernel's signed offsets end at 2^63 − 1.
  func fileOffset(_ offset: UInt64, plus done: Int) throws(Errno) -> off_t {
    guard let base = off_t(exactly: offset) else { throw .overflow }
    let (sum, overflow) = base.addingReportingOverflow(off_t(done))
    if overflow { throw .overflow }
    return sum
  }
}
