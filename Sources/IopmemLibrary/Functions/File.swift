public import CIopmem
internal import Iopmem
internal import Linux
internal import SystemPackage

/// Opens a file by its path.
@c @implementation
public func iopmem_file_open(
  _ path: UnsafePointer<CChar>?, _ options: UnsafePointer<iopmem_options>?,
  _ file: UnsafeMutablePointer<OpaquePointer?>?
) -> CInt {
  unsafe open(options, file) { request throws(Failure) in
    guard let path = unsafe path else { throw .misuse("the path is NULL") }
    return try unsafe MapHandle(FilePath(platformString: path), request)
  }
}

/// Opens a file that the caller has open.
@c @implementation
public func iopmem_file_open_fd(
  _ fd: CInt, _ options: UnsafePointer<iopmem_options>?,
  _ file: UnsafeMutablePointer<OpaquePointer?>?
) -> CInt {
  unsafe open(options, file) { request throws(Failure) in
    guard fd >= 0 else { throw .misuse("the file descriptor is negative") }
    return try MapHandle(duplicating: fd, request)
  }
}

private func open(
  _ options: UnsafePointer<iopmem_options>?, _ file: UnsafeMutablePointer<OpaquePointer?>?,
  _ body: (MapHandleRequest) throws(Failure) -> MapHandle
) -> CInt {
  answer { () throws(Failure) in
    guard let file = unsafe file else { throw .misuse("there is nowhere to put the file: NULL") }
    unsafe file.pointee = nil
    let handle = OpenFiles.add(try body(try unsafe MapHandleRequest(options)))
    unsafe file.pointee = OpaquePointer(bitPattern: handle)
    return IOPMEM_OK
  }
}

/// Lets go of a file.
@c @implementation
public func iopmem_file_close(_ file: OpaquePointer?) -> CInt {
  answer { () throws(Failure) in
    let handle = UInt(bitPattern: file)
    if handle != 0 { try OpenFiles.remove(handle) }
    return IOPMEM_OK
  }
}

/// Tells what there is to know of a file.
@c @implementation
public func iopmem_file_info(
  _ file: OpaquePointer?, _ info: UnsafeMutablePointer<iopmem_info>?
) -> CInt {
  answer { () throws(Failure) in
    let file = try OpenFiles[UInt(bitPattern: file)]
    guard let info = unsafe info else { throw .misuse("info: NULL") }
    try unsafe iopmem_info(file).give(to: info, "info")
    return IOPMEM_OK
  }
}

/// Tells whether a file's addresses still hold.
@c @implementation
public func iopmem_file_verify(_ file: OpaquePointer?) -> CInt {
  answer { () throws(Failure) in
    let file = try OpenFiles[UInt(bitPattern: file)]
    guard let change = try file.change() else { return IOPMEM_OK }
    ThreadMessage.keep(Failure(.failed, file.map.path, change.sentence).message, number: 0)
    return IOPMEM_CHANGED
  }
}

/// Gives what hangs up when the lease is revoked.
@c @implementation
public func iopmem_file_lease_fd(_ file: OpaquePointer?) -> CInt {
  number { () throws(Failure) in
    guard let descriptor = try OpenFiles[UInt(bitPattern: file)].leaseDescriptor else {
      throw .misuse("the file was opened without IOPMEM_LEASE")
    }
    return descriptor
  }
}
