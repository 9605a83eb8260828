internal import CLinux
public import SystemPackage

/// Where temporary files go.
public enum TemporaryFolder {
  /// `TMPDIR`, or `/tmp`.
  public static var path: FilePath {
    guard let value = unsafe getenv("TMPDIR"), unsafe value.pointee != 0 else { return "/tmp" }
    return unsafe FilePath(platformString: value)
  }
}

extension Descriptor {
  /// Opens a new file that has no name, for reading and writing; it is gone when it is closed.
  ///
  /// The corresponding C function is `open` with `O_TMPFILE`, or `mkstemp` and `unlink` where the
  /// file system has no such thing.
  public init(temporaryIn folder: FilePath) throws(Errno) {
    do {
      try self.init(
        folder, .readWrite, options: [.temporary, .exclusive], permissions: .ownerReadWrite)
    } catch  where error == .notSupported || error == .isDirectory {
      var template = folder.appending("iopmem.XXXXXX").bytes.map { CChar(bitPattern: $0) } + [0]
      try self.init(taking: call { unsafe iopmem_mkostemp(&template) })
      _ = unsafe unlink(template)
    }
  }
}
