internal import Linux
internal import SystemPackage

/// The leases of a device's files.
struct DeviceLeases {
  /// How many the driver has given; nil where it does not tell.
  let count: UInt32?
  /// The inodes of files whose leases were seen in processes that may be looked at.
  let inodes: Set<UInt64>

  /// Asks the driver, and looks at the processes.
  init(of device: BlockDevice, in root: SystemRoot) {
    guard device.disk.isIopmem, root.isRunningMachine else {
      (count, inodes) = (nil, [])
      return
    }
    count = try? Self.count(of: device)
    inodes = LeaseHolders.inodes(of: device.disk.name, in: root)
  }

  /// Asks the driver how many leases it has given of a disk's files.
  static func count(of device: BlockDevice) throws(Errno) -> UInt32 {
    let disk = try Descriptor(FilePath("/dev").appending(device.disk.name), .readOnly)
    return try DriverHandle(disk).state().leases
  }
}
