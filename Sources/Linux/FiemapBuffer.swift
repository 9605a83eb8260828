internal import CLinux
public import SystemPackage

/// A buffer into which the kernel writes extents, used again for every request.
///
/// `FIEMAP_FLAG_SYNC` is always asked for: without it fresh data has no place yet
/// (Documentation/filesystems/fiemap.rst).
@safe public struct FiemapBuffer: ~Copyable {
  /// How many extents one request can bring.
  public let capacity: Int
  /// How many the last request brought.
  public private(set) var count = 0
  private let map: UnsafeMutablePointer<fiemap>

  /// A buffer for this many extents, at least one.
  public init(capacity: Int = 512) {
    self.capacity = max(1, capacity)
    let bytes =
      MemoryLayout<fiemap>.size + self.capacity * MemoryLayout<fiemap_extent>.stride
    let memory = UnsafeMutableRawPointer.allocate(
      byteCount: bytes, alignment: MemoryLayout<fiemap>.alignment)
    unsafe memory.initializeMemory(as: UInt8.self, repeating: 0, count: bytes)
    unsafe map = memory.assumingMemoryBound(to: fiemap.self)
  }

  deinit { unsafe map.deallocate() }

  /// Asks for the extents that touch a range of the file.
  ///
  /// The corresponding request is `FS_IOC_FIEMAP`.
  /// - Throws: `notSupported` where the file system has no FIEMAP.
  public mutating func fill(
    from file: borrowing Descriptor, start: UInt64, length: UInt64
  ) throws(Errno) {
    let number = file.rawValue
    unsafe map.pointee.fm_start = start
    unsafe map.pointee.fm_length = length
    unsafe map.pointee.fm_flags = UInt32(FIEMAP_FLAG_SYNC)
    unsafe map.pointee.fm_mapped_extents = 0
    unsafe map.pointee.fm_extent_count = UInt32(clamping: capacity)
    count = 0
    _ = try call { unsafe iopmem_ioctl(number, iopmem_FS_IOC_FIEMAP, map) }
    // A count past the room given would be a kernel defect; never read past it.
    guard unsafe Int(map.pointee.fm_mapped_extents) <= capacity else { throw .ioError }
    count = unsafe Int(map.pointee.fm_mapped_extents)
  }

  /// The extent at an index below `count`.
  public subscript(index: Int) -> FiemapExtent {
    precondition(index >= 0 && index < count)
    let raw = unsafe iopmem_fiemap_extents(map)[index]
    return FiemapExtent(
      logical: raw.fe_logical, physical: raw.fe_physical, length: raw.fe_length,
      flags: raw.fe_flags)
  }
}
