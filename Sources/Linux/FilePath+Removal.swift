internal import CLinux
public import SystemPackage

extension FilePath {
  /// Takes the name away; the file goes with its last name and its last descriptor.
  ///
  /// The corresponding C function is `unlink`.
  public func unlink() throws(Errno) {
    _ = try call { unsafe withPlatformString { unsafe CLinux.unlink($0) } }
  }
}
