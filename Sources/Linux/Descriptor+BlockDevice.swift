internal import CLinux
public import SystemPackage

extension Descriptor {
  /// The length of a block device in bytes.
  ///
  /// The corresponding request is `BLKGETSIZE64`.
  public func blockDeviceSize() throws(Errno) -> UInt64 {
    var size: UInt64 = 0
    try control(.blockDeviceSize, &size)
    return size
  }

  /// Whether a block device refuses writes.
  ///
  /// The corresponding request is `BLKROGET`.
  public func blockDeviceIsReadOnly() throws(Errno) -> Bool {
    var flag: Int32 = 0
    try control(.blockDeviceIsReadOnly, &flag)
    return flag != 0
  }
}
