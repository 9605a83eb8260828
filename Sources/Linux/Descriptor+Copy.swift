internal import CLinux
public import SystemPackage

extension Descriptor {
  /// Gives this file, which is empty, the bytes of another; its holes stay holes.
  ///
  /// The corresponding C function is `copy_file_range`, by which the two share their blocks where
  /// the file system can; where there is none, `pread` and `pwrite`.
  /// - Parameter size: the other's length, which this one has then.
  /// - Throws: `interrupted` once a signal came that `Interruption` holds back, `ioError` where the
  ///   other is shorter.
  public func copy(_ other: borrowing Descriptor, size: UInt64) throws(Errno) {
    try truncate(to: size)
    for part in try other.data(in: 0..<size) { try copy(other, part) }
  }

  private func copy(_ other: borrowing Descriptor, _ range: Range<UInt64>) throws(Errno) {
    var position = range.lowerBound
    var isRanged = true
    while position < range.upperBound {
      if Interruption.signal != nil { throw .interrupted }
      let count = Int(min(range.upperBound - position, 64 << 20))
      if isRanged {
        do throws(Errno) {
          position += try copyRange(other, at: position, count)
          continue
        } catch {
          let missing: [Errno] = [
            .improperLink, .invalidArgument, .notSupported, .noFunction,
          ]
          guard missing.contains(error) else { throw error }
          isRanged = false
        }
      }
      var bytes = [UInt8](repeating: 0, count: min(count, 1 << 20))
      guard try other.read(at: position, into: &bytes) == bytes.count else { throw .ioError }
      try write(bytes, at: position)
      position += UInt64(bytes.count)
    }
  }

  private func copyRange(
    _ other: borrowing Descriptor, at position: UInt64, _ count: Int
  ) throws(Errno) -> UInt64 {
    let (from, to) = (other.rawValue, rawValue)
    let offset = try fileOffset(position, plus: 0)
    let copied = try call {
      var (source, target) = (offset, offset)
      return unsafe iopmem_copy_file_range(from, &source, to, &target, count)
    }
    if copied == 0 { throw .ioError }
    return UInt64(copied)
  }
}
