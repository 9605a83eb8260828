internal import CIopmem
internal import Iopmem

/// Makes a dma-buf of a part of a leased file.
@c @implementation
public func iopmem_file_dmabuf(_ file: OpaquePointer?, _ offset: UInt64, _ length: UInt64) -> CInt {
  number { () throws(Failure) in
    let file = try OpenFiles[UInt(bitPattern: file)]
    guard length > 0 else { throw .misuse("length: 0") }
    return try file.export(from: FileOffset(offset), length: byteCount(length))
  }
}
