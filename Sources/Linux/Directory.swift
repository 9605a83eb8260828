internal import CLinux
internal import Glibc
public import SystemPackage

/// The names in a directory, as bytes, in the order the file system gives them.
///
/// The corresponding C functions are `fdopendir` and `readdir`.
@safe public struct Directory: ~Copyable {
  /// A name and, where the file system tells without a further call, what it names.
  public struct Entry: Sendable {
    /// The name, one path component.
    public var name: FilePath
    /// What it names; nil when only `Status` can tell.
    public var kind: Status.Kind?
    /// The inode's number.
    public var inode: UInt64
  }

  private let stream: OpaquePointer

  /// Opens a directory; a symbolic link is refused with ELOOP or ENOTDIR.
  public init(_ path: FilePath) throws(Errno) {
    let descriptor = try Descriptor(path, .readOnly, options: [.directory, .noFollow])
    try self.init(taking: descriptor)
  }

  /// Reads an open directory, which it closes in the end.
  public init(taking descriptor: consuming Descriptor) throws(Errno) {
    let number = descriptor.release()
    guard let stream = unsafe fdopendir(number) else {
      let error = Errno.current
      _ = CLinux.close(number)
      throw error
    }
    unsafe self.stream = stream
  }

  deinit { _ = unsafe closedir(stream) }

  /// Opens a file of this directory by its name, whatever has become of the directory's own.
  ///
  /// The corresponding C function is `openat`.
  public func open(
    _ name: FilePath, _ access: FileDescriptor.AccessMode, options: OpenOptions = []
  ) throws(Errno) -> Descriptor {
    let parent = unsafe dirfd(stream)
    let number = try call {
      unsafe name.withPlatformString {
        unsafe iopmem_openat(parent, $0, access.rawValue | options.rawValue | O_CLOEXEC, 0)
      }
    }
    return Descriptor(taking: number)
  }

  /// The status of a name of this directory; a symbolic link is not followed.
  ///
  /// The corresponding C function is `statx`.
  public func status(of name: FilePath) throws(Errno) -> Status {
    try Status(of: name, in: unsafe dirfd(stream))
  }

  /// A name, which ends with NUL; nil for `.` and `..`.
  private static func name<Bytes>(_ field: inout Bytes) -> FilePath? {
    unsafe withUnsafeBytes(of: &field) { bytes in
      let name = unsafe bytes.assumingMemoryBound(to: CChar.self)
      guard let start = name.baseAddress else { return nil }
      if unsafe strcmp(start, ".") == 0 || strcmp(start, "..") == 0 { return nil }
      return unsafe FilePath(platformString: start)
    }
  }

  /// The next name but `.` and `..`; nil at the end.
  public mutating func next() throws(Errno) -> Entry? {
    while true {
      errno = 0
      guard let raw = unsafe readdir(stream) else {
        let error = Errno.current
        if error.rawValue != 0 { throw error }
        return nil
      }
      guard let name = unsafe Self.name(&raw.pointee.d_name) else { continue }
      return unsafe Entry(
        name: name, kind: Status.Kind(directoryType: raw.pointee.d_type),
        inode: UInt64(raw.pointee.d_ino))
    }
  }
}

extension Status.Kind {
  /// `d_type` of readdir(3); nil for `DT_UNKNOWN` and what is not known here.
  init?(directoryType: UInt8) {
    switch Int(directoryType) {
    case Int(DT_REG): self = .regular
    case Int(DT_DIR): self = .directory
    case Int(DT_LNK): self = .symbolicLink
    case Int(DT_BLK): self = .blockDevice
    case Int(DT_CHR): self = .characterDevice
    case Int(DT_FIFO): self = .fifo
    case Int(DT_SOCK): self = .socket
    default: return nil
    }
  }
}
