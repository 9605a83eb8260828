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

  /// How many bytes there are: of a block device, or of a file of this status.
  public func length(_ status: Status) throws(Errno) -> UInt64 {
    status.kind == .blockDevice ? try blockDeviceSize() : status.size
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
