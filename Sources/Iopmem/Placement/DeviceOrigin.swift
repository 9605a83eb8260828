internal import Linux
internal import SystemPackage

/// Where a block device's byte 0 lies, which alignment is counted from.
struct Origin {
  /// In the BAR; in the whole disk where no BAR holds the device.
  let offset: BarOffset
  /// Whether it is a BAR that the offset is in.
  let isInBar: Bool
}

/// Tells where in its BAR a block device begins.
struct DeviceOrigin {
  let windows: WindowSource
  /// Whether the device must be in one: a file elsewhere is of no use to a peer.
  let needsBar: Bool

  /// Where the device's byte 0 lies.
  /// - Throws: `Failure` for a device that has a BAR and whose place there is not to be had, and
  ///   for one that has none and needs one, or the other way round.
  func origin(of number: DeviceNumber) throws(Failure) -> Origin {
    let device = try BlockDevice(number, in: windows.root)
    let isChosen = windows.choices != WindowChoices()
    if isChosen || device.disk.isMemory {
      guard needsBar else {
        throw Failure(.refused, device.path, "is in a BAR", remedy: "leave out --no-bar")
      }
      return Origin(offset: try windows.window(of: device).start, isInBar: true)
    }
    if let obstacle = device.disk.layer.refusal {
      throw Failure(.refused, device.path, obstacle)
    }
    guard !needsBar else {
      throw Failure(
        .refused, device.path, "is neither an iopmem device nor pmem: no peer reaches a file there",
        remedy: "mount what was meant, name the BAR with --bar or --base, or give --no-bar")
    }
    return Origin(offset: BarOffset(device.start.rawValue), isInBar: false)
  }

  /// Where byte 0 of a device, or of an image that stands for a whole BAR, lies.
  func origin(ofImage path: FilePath, _ status: Status) throws(Failure) -> Origin {
    guard status.kind == .blockDevice else {
      return Origin(offset: try windows.window(ofImage: path).start, isInBar: needsBar)
    }
    return try origin(of: status.specialDevice)
  }
}
