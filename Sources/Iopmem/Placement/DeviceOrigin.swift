internal import Linux
internal import SystemPackage

/// Tells where in its BAR a block device begins: what alignment is counted from.
struct DeviceOrigin {
  let windows: WindowSource

  /// Where in the BAR the device's byte 0 lies; in the whole disk, where there is no BAR.
  /// - Throws: `Failure` for a device that has a BAR and whose place there is not to be had.
  func barOffset(of number: DeviceNumber) throws(Failure) -> BarOffset {
    let device = try BlockDevice(number, in: windows.root)
    let isChosen = windows.choices != WindowChoices()
    if isChosen || device.disk.isIopmem || device.disk.isPmem {
      return try windows.window(of: number).start
    }
    if let obstacle = device.disk.layer.obstacle {
      throw Failure(.refused, device.path, obstacle)
    }
    return BarOffset(device.start.rawValue)
  }

  /// Where in the BAR byte 0 of a device, or of an image that stands for a whole BAR, lies.
  func barOffset(ofImage path: FilePath) throws(Failure) -> BarOffset {
    let status = try explain(path, "cannot read") { () throws(Errno) in
      try Status(of: path, followingLinks: true)
    }
    guard status.kind == .blockDevice else { return try windows.window(ofImage: path).start }
    return try barOffset(of: status.specialDevice)
  }
}
