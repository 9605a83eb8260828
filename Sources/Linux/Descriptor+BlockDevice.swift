internal import CLinux
public import SystemPackage

extension Descriptor {
  /// The length of a block device in bytes.
  ///
  /// The corresponding request is `BLKGETSIZE64`.
  public func blockDeviceSize() throws(Errno) -> UInt64 {
    var size: UInt64 = 0
    _ = try call { unsafe iopmem_ioctl(rawValue, iopmem_BLKGETSIZE64, &size) }
    return size
  }

  /// Whether a block device refuses writes.
  ///
  /// The corresponding request is `BLKROGET`.
  public func blockDeviceIsReadOnly() throws(Errno) -> Bool {
    var flag: Int32 = 0
    _ = try call { unsafe iopmem_ioctl(rawValue, iopmem_BLKROGET, &flag) }
    return flag != 0
  }
}
