internal import CIopmem
internal import Iopmem
internal import Linux

@c @implementation
public func iopmem_version() -> UnsafePointer<CChar>? {
  unsafe UnsafeRawPointer(Version.text.utf8Start).assumingMemoryBound(to: CChar.self)
}

@c @implementation
public func iopmem_error_message() -> UnsafePointer<CChar>? { unsafe ThreadMessage.text }

@c @implementation
public func iopmem_error_number() -> CInt { ThreadMessage.number }
