internal import CLinux
public import SystemPackage

extension Descriptor {
  /// Calls a body with each free run of the file system that holds the file, in the order of the
  /// device, as byte offsets and lengths on it. Runs that touch may come apart.
  /// - Throws: as `forEachSpaceRecord`.
  public func forEachFreeRun(
    on device: DeviceNumber, _ body: (_ start: UInt64, _ length: UInt64) -> Void
  ) throws(Errno) {
    try forEachSpaceRecord(on: device) { record in
      if record.owner == .free { body(record.start, record.length) }
    }
  }

  /// Calls a body with each run of the file system that holds the file and what it is used for, in
  /// the order of the device.
  ///
  /// The corresponding request is `FS_IOC_GETFSMAP`, ioctl_getfsmap(2). It speaks of the device
  /// the file system lies on; records of others (an XFS log or realtime device) are left out.
  /// - Throws: `notSupported` or `notTTY` where the file system has no such map.
  public func forEachSpaceRecord(
    on device: DeviceNumber, _ body: (SpaceRecord) -> Void
  ) throws(Errno) {
    let capacity = 512
    let bytes = MemoryLayout<fsmap_head>.size + capacity * MemoryLayout<fsmap>.stride
    let memory = UnsafeMutableRawPointer.allocate(
      byteCount: bytes, alignment: MemoryLayout<fsmap_head>.alignment)
    defer { unsafe memory.deallocate() }
    unsafe memory.initializeMemory(as: UInt8.self, repeating: 0, count: bytes)
    let head = unsafe memory.assumingMemoryBound(to: fsmap_head.self)
    unsafe head.pointee.fmh_keys.1.fmr_device = .max
    unsafe head.pointee.fmh_keys.1.fmr_flags = .max
    unsafe head.pointee.fmh_keys.1.fmr_physical = .max
    unsafe head.pointee.fmh_keys.1.fmr_owner = .max
    unsafe head.pointee.fmh_keys.1.fmr_offset = .max
    let number = UInt32(
      truncatingIfNeeded: gnu_dev_makedev(device.major, device.minor))
    while true {
      unsafe head.pointee.fmh_count = UInt32(capacity)
      unsafe head.pointee.fmh_entries = 0
      _ = try call { unsafe iopmem_ioctl(rawValue, iopmem_FS_IOC_GETFSMAP, memory) }
      let count = unsafe Int(head.pointee.fmh_entries)
      if count == 0 { return }
      // A count past the room given would be a kernel defect; never read past it.
      guard count <= capacity else { throw .ioError }
      let records = unsafe iopmem_fsmap_records(head)
      for index in 0..<count {
        guard let record = unsafe records?[index] else { throw .ioError }
        if record.fmr_device == number { body(SpaceRecord(record)) }
      }
      guard let last = unsafe records?[count - 1] else { throw .ioError }
      if last.fmr_flags & UInt32(FMR_OF_LAST) != 0 { return }
      unsafe head.pointee.fmh_keys.0 = last
    }
  }
}
