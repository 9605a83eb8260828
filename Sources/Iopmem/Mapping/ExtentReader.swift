internal import Linux
internal import SystemPackage

/// Reads a file's extents from the kernel, and hands them out one by one; a request brings many.
struct ExtentReader: ~Copyable {
  private var buffer: FiemapBuffer
  /// How many of the buffer's extents were handed out, of how many.
  private var index = 0
  private var count = 0
  /// How many requests the range has taken so far: the file can change between two.
  private(set) var requestCount = 0
  /// What is still to be asked for.
  private var start: UInt64 = 0
  private var end: UInt64 = 0

  /// A reader that asks for so many extents at once: a request takes the kernel some microseconds
  /// besides those for its extents.
  init(capacity: Int = 2048) { buffer = FiemapBuffer(capacity: capacity) }

  /// Begins anew, with the extents that touch a range of a file.
  mutating func begin(_ range: Range<FileOffset>) {
    (index, count, requestCount) = (0, 0, 0)
    (start, end) = (range.lowerBound.rawValue, range.upperBound.rawValue)
  }

  /// The next extent, as the kernel has it; nil after the last.
  ///
  /// An extent that does not end after the one before it is the last one handed out: it is for
  /// the caller to refuse.
  /// - Parameter file: the same one until the range's end.
  mutating func next(of file: borrowing Descriptor) throws(Errno) -> Extent? {
    if index == count {
      guard start < end else { return nil }
      try buffer.fill(from: file, start: start, length: end - start)
      (index, count, requestCount) = (0, buffer.count, requestCount + 1)
      guard count > 0 else {
        start = end
        return nil
      }
    }
    let extent = Extent(buffer[index])
    index += 1
    if index == count { start = continuation(after: extent) }
    return extent
  }

  /// Where the next request begins: at the end of the extent before it. Fewer extents than there
  /// was room for are the range's last.
  private func continuation(after extent: Extent) -> UInt64 {
    if extent.flags.contains(.last) || count < buffer.capacity { return end }
    let (next, overflow) = extent.logical.rawValue.addingReportingOverflow(extent.length.rawValue)
    return overflow || next <= start ? end : next
  }
}
