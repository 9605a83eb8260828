internal import CIopmem
internal import Iopmem
internal import Linux

/// Tells the library's version.
@c @implementation
public func iopmem_version() -> UnsafePointer<CChar>? {
  unsafe UnsafeRawPointer(Version.text.utf8Start).assumingMemoryBound(to: CChar.self)
}

/// Tells what went wrong last in this thread.
@c @implementation
public func iopmem_error_message() -> UnsafePointer<CChar>? { unsafe ThreadMessage.text }

/// Tells what the kernel answered then.
@c @implementation
public func iopmem_error_number() -> CInt { ThreadMessage.number }
