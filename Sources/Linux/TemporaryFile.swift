internal import CLinux
public import SystemPackage

/// Where temporary files go.
public enum TemporaryFolder {
  /// `TMPDIR`, or `/tmp`.
  public static var path: FilePath {
    guard let value = unsafe getenv("TMPDIR"), unsafe value.pointee != 0 else { return "/tmp" }
    return unsafe FilePath(platformString: value)
  }
}

extension Descriptor {
  /// Opens a new file that has no name, for reading and writing; it is gone when it is closed.
  ///
  /// The corresponding C function is `open` with `O_TMPFILE`, or `mkstemp` and `unlink` where the
  /// file system has no such thing.
  public init(temporaryIn folder: FilePath) throws(Errno) {
    do {
      try self.init(
        folder, .readWrite, options: [.temporary, .exclusive], permissions: .ownerReadWrite)
    } catch  where error == .notSupported || error == .isDirectory {
      var template = folder.appending("iopmem.XXXXXX").bytes.map { CChar(bitPattern: $0) } + [0]
      try self.init(taking: call { unsafe iopmem_mkostemp(&template) })
      _ = unsafe unlink(template)
    }
  }

  /// Writes values as they lie in memory, for `read(records:at:)` of the same process.
  ///
  /// The corresponding C function is `pwrite`.
  public func write<Record: BitwiseCopyable>(
    records: [Record], at offset: UInt64
  ) throws(Errno) {
    let bytes = records.count * MemoryLayout<Record>.stride
    var done = 0
    while done < bytes {
      let position = try fileOffset(offset, plus: done)
      done += try call { () -> Int in
        unsafe records.withUnsafeBytes {
          unsafe pwrite(rawValue, $0.baseAddress.map { unsafe $0 + done }, bytes - done, position)
        }
      }
    }
  }

  /// Fills an array with values that `write(records:at:)` wrote.
  ///
  /// The corresponding C function is `pread`.
  /// - Returns: whether the file had enough of them.
  public func read<Record: BitwiseCopyable>(
    records: inout [Record], at offset: UInt64
  ) throws(Errno) -> Bool {
    let bytes = records.count * MemoryLayout<Record>.stride
    var done = 0
    while done < bytes {
      let position = try fileOffset(offset, plus: done)
      let count = try call { () -> Int in
        unsafe records.withUnsafeMutableBytes {
          unsafe pread(rawValue, $0.baseAddress.map { unsafe $0 + done }, bytes - done, position)
        }
      }
      if count == 0 { return false }
      done += count
    }
    return true
  }
}
