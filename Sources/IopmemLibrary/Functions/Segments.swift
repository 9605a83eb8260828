public import CIopmem
internal import Iopmem

/// Gives the segments of a part of a file, under limits.
@c @implementation
public func iopmem_file_segments(
  _ file: OpaquePointer?, _ offset: UInt64, _ length: UInt64,
  _ limits: UnsafePointer<iopmem_limits>?, _ segments: UnsafeMutablePointer<iopmem_segment>?,
  _ count: UnsafeMutablePointer<Int>?
) -> CInt {
  answer { () throws(Failure) in
    let file = try OpenFiles[UInt(bitPattern: file)]
    guard let count = unsafe count else { throw .misuse("count: NULL") }
    let room = unsafe UInt(bitPattern: count.pointee)
    unsafe count.pointee = 0
    let engine = try unsafe EngineLimits(limits)
    var written = 0
    var isFull = false
    try file.forEachSegment(
      from: FileOffset(offset), length: byteCount(length), under: engine.limits,
      skippingHoles: engine.skipsHoles
    ) { segment in
      if let segments = unsafe segments {
        isFull = written == room
        if isFull { return false }
        unsafe segments[written] = iopmem_segment(segment)
      }
      written += 1
      return true
    }
    unsafe count.pointee = written
    return isFull ? IOPMEM_MORE : IOPMEM_OK
  }
}

/// Gives the address of one byte.
@c @implementation
public func iopmem_file_translate(
  _ file: OpaquePointer?, _ offset: UInt64, _ length: UInt64,
  _ address: UnsafeMutablePointer<UInt64>?, _ contiguous: UnsafeMutablePointer<UInt64>?
) -> CInt {
  answer { () throws(Failure) in
    let file = try OpenFiles[UInt(bitPattern: file)]
    guard let address = unsafe address else { throw .misuse("address: NULL") }
    guard length > 0 else { throw .misuse("length: 0") }
    let found = try file.address(of: FileOffset(offset), length: byteCount(length))
    unsafe address.pointee = found.address
    unsafe contiguous?.pointee = found.length.rawValue
    return IOPMEM_OK
  }
}

/// A length; nil for `IOPMEM_TO_END`.
func byteCount(_ length: UInt64) -> ByteCount? {
  length == .max ? nil : ByteCount(length)
}

extension iopmem_segment {
  fileprivate init(_ segment: EngineSegment) {
    self.init(
      file_offset: segment.fileOffset.rawValue, address: segment.address,
      length: segment.length.rawValue)
  }
}
