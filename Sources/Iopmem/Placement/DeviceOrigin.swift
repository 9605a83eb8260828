public import Linux
internal import SystemPackage

/// Tells where in its BAR a block device begins.
public struct DeviceOrigin: Sendable {
  private let root: SystemRoot

  /// Reads the machine below a root.
  public init(_ root: SystemRoot) { self.root = root }

  /// Where in the BAR the device's byte 0 lies; in the whole disk, where there is no BAR.
  public func barOffset(of device: DeviceNumber) throws(Failure) -> BarOffset {
    let folder = FilePath("sys/dev/block/\(device)")
    guard root.exists(folder.appending("partition")) else { return BarOffset(0) }
    let text = try explain(folder.appending("start"), "cannot read") { () throws(Errno) in
      try root.text(folder.appending("start"))
    }
    // 512 whatever the disk's own sectors: Documentation/ABI/stable/sysfs-block.
    guard let start = UInt64(text), start <= UInt64.max / 512 else {
      throw Failure(.unknown, folder, "has a start that is no number of sectors")
    }
    return BarOffset(start * 512)
  }
}
