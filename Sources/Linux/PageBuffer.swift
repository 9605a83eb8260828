internal import CLinux
public import SystemPackage

/// Memory that begins on a page, as transfers past the page cache need it: open(2), `O_DIRECT`.
@safe public struct PageBuffer: ~Copyable {
  /// Its length in bytes: whole pages.
  public let capacity: Int
  private let memory: UnsafeMutableRawPointer

  /// A buffer of zeros, of this many pages.
  public init(pages: Int) {
    let page = 4096
    capacity = max(1, pages) * page
    unsafe memory = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: page)
    unsafe memory.initializeMemory(as: UInt8.self, repeating: 0, count: capacity)
  }

  deinit { unsafe memory.deallocate() }

  /// Fills the buffer's start from a file, until it has this many bytes or the file ends.
  ///
  /// The corresponding C function is `pread`.
  /// - Returns: how many bytes were read.
  public mutating func fill(
    from file: borrowing Descriptor, at offset: UInt64, count: Int
  ) throws(Errno) -> Int {
    precondition(count >= 0 && count <= capacity)
    let number = file.rawValue
    return try file.transfer(count, at: offset) { done, position in
      unsafe pread(number, memory + done, count - done, position)
    }
  }

  /// Makes a part of the buffer zeros.
  public mutating func clear(_ range: Range<Int>) {
    precondition(range.lowerBound >= 0 && range.upperBound <= capacity)
    unsafe (memory + range.lowerBound).initializeMemory(
      as: UInt8.self, repeating: 0, count: range.count)
  }

  /// Writes a part of the buffer to a file.
  ///
  /// The corresponding C function is `pwrite`.
  public func write(
    _ range: Range<Int>, to file: borrowing Descriptor, at offset: UInt64
  ) throws(Errno) {
    precondition(range.lowerBound >= 0 && range.upperBound <= capacity)
    let number = file.rawValue
    let first = unsafe memory + range.lowerBound
    let count = try file.transfer(range.count, at: offset) { done, position in
      unsafe pwrite(number, first + done, range.count - done, position)
    }
    guard count == range.count else { throw .ioError }
  }
}
