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

  /// How many bytes are free from a place of the device on: 0 where it is in use.
  /// - Parameter start: a byte offset on the device.
  /// - Throws: as `forEachSpaceRecord`.
  public func freeLength(from start: UInt64, on device: DeviceNumber) throws(Errno) -> UInt64 {
    var end = start
    // The kernel looks up as many as there is room for, and the first few mostly tell.
    try readSpace(on: device, from: start, capacity: 8) { record in
      let (last, overflow) = record.start.addingReportingOverflow(record.length)
      guard record.owner == .free, record.start <= end, !overflow else { return false }
      end = max(end, last)
      return true
    }
    return end - start
  }

  /// Calls a body with each run of the file system that holds the file and what it is used for, in
  /// the order of the device.
  ///
  /// The corresponding request is `FS_IOC_GETFSMAP`, ioctl_getfsmap(2). It speaks of the device
  /// the file system lies on; records of others (an XFS log or realtime device) are left out.
  /// - Throws: `notSupported` or `notTTY` where the file system has no such map, and `ioError` where what
  ///   the kernel tells has no end.
  public func forEachSpaceRecord(
    on device: DeviceNumber, _ body: (SpaceRecord) -> Void
  ) throws(Errno) {
    try readSpace(on: device, from: 0, capacity: 512) { record in
      body(record)
      return true
    }
  }

  /// Calls a body with the records from a place on, until it wants no more.
  /// - Parameter capacity: how many the kernel is asked for at once.
  private func readSpace(
    on device: DeviceNumber, from start: UInt64, capacity: Int, _ body: (SpaceRecord) -> Bool
  ) throws(Errno) {
    let bytes = MemoryLayout<fsmap_head>.size + capacity * MemoryLayout<fsmap>.stride
    let memory = UnsafeMutableRawPointer.allocate(
      byteCount: bytes, alignment: MemoryLayout<fsmap_head>.alignment)
    defer { unsafe memory.deallocate() }
    unsafe memory.initializeMemory(as: UInt8.self, repeating: 0, count: bytes)
    let number = UInt32(truncatingIfNeeded: gnu_dev_makedev(device.major, device.minor))
    let head = unsafe memory.assumingMemoryBound(to: fsmap_head.self)
    unsafe head.pointee.fmh_keys.0.fmr_device = start == 0 ? 0 : number
    unsafe head.pointee.fmh_keys.0.fmr_physical = start
    unsafe head.pointee.fmh_keys.1.fmr_device = .max
    unsafe head.pointee.fmh_keys.1.fmr_flags = .max
    unsafe head.pointee.fmh_keys.1.fmr_physical = .max
    unsafe head.pointee.fmh_keys.1.fmr_owner = .max
    unsafe head.pointee.fmh_keys.1.fmr_offset = .max
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
        if record.fmr_device == number, !body(SpaceRecord(record)) { return }
      }
      guard let last = unsafe records?[count - 1] else { throw .ioError }
      if last.fmr_flags & UInt32(FMR_OF_LAST) != 0 { return }
      // So would be one that goes back or stays. Files that share blocks have a record each.
      let before = unsafe head.pointee.fmh_keys.0
      let isSame = (last.fmr_owner, last.fmr_offset) == (before.fmr_owner, before.fmr_offset)
      let (place, placeBefore) = (
        (last.fmr_device, last.fmr_physical), (before.fmr_device, before.fmr_physical)
      )
      guard place > placeBefore || (place == placeBefore && (!isSame || before.fmr_length == 0))
      else { throw .ioError }
      unsafe head.pointee.fmh_keys.0 = last
    }
  }
}
