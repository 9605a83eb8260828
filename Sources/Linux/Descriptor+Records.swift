internal import CLinux
public import SystemPackage

extension Descriptor {
  /// Writes values as they lie in memory, for `read(records:at:)` of the same process.
  ///
  /// The corresponding C function is `pwrite`.
  public func write<Record: BitwiseCopyable>(
    records: [Record], at offset: UInt64
  ) throws(Errno) {
    let bytes = records.count * MemoryLayout<Record>.stride
    let count = try transfer(bytes, at: offset) { done, position in
      unsafe records.withUnsafeBytes {
        unsafe pwrite(rawValue, $0.baseAddress.map { unsafe $0 + done }, bytes - done, position)
      }
    }
    guard count == bytes else { throw .ioError }
  }

  /// Fills an array with values that `write(records:at:)` wrote.
  ///
  /// The corresponding C function is `pread`.
  /// - Returns: whether the file had enough of them.
  public func read<Record: BitwiseCopyable>(
    records: inout [Record], at offset: UInt64
  ) throws(Errno) -> Bool {
    let bytes = records.count * MemoryLayout<Record>.stride
    let count = try transfer(bytes, at: offset) { done, position in
      unsafe records.withUnsafeMutableBytes {
        unsafe pread(rawValue, $0.baseAddress.map { unsafe $0 + done }, bytes - done, position)
      }
    }
    return count == bytes
  }
}
