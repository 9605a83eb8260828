internal import Linux
internal import SystemPackage

/// Where byte 0 of a block device lies: alignment is counted from there.
struct Origin {
  /// The offset in the BAR, or in the whole disk where no BAR holds the device.
  let offset: BarOffset
  /// Whether the offset is one in a BAR.
  let isInBar: Bool
}

/// Tells where in its BAR a block device begins.
struct DeviceOrigin {
  let windows: WindowSource
  /// Whether the device must lie in a BAR: no peer reaches a file elsewhere.
  let needsBar: Bool

  /// Finds where byte 0 of a device lies.
  /// - Throws: `Failure` if the device lies in a BAR and its offset there cannot be known, if it
  ///   must lie in one and does not, and if it must not and does.
  func origin(of number: DeviceNumber) throws(Failure) -> Origin {
    let device = try BlockDevice(number, in: windows.root)
    let isChosen = windows.choices != WindowChoices()
    if isChosen || device.disk.isMemory {
      guard needsBar else {
        throw Failure(
          .refused, device.path, "is in a BAR", remedy: ways("leave out \(option: .noBar)"))
      }
      return Origin(offset: try windows.window(of: device).start, isInBar: true)
    }
    if let obstacle = device.disk.layer.refusal {
      throw Failure(.refused, device.path, obstacle)
    }
    guard !needsBar else {
      throw Failure(
        .refused, device.path, "is neither an iopmem device nor pmem: no peer reaches a file there",
        remedy: ways(
          "mount what was meant", "name the BAR with \(option: .bar)",
          "give its address with \(option: .base)", "give \(option: .noBar)"))
    }
    return Origin(offset: BarOffset(device.start.rawValue), isInBar: false)
  }

  /// Finds where byte 0 of a device lies, or of an image that stands for a whole BAR.
  func origin(ofImage name: ImageName, _ status: Status) throws(Failure) -> Origin {
    guard status.kind == .blockDevice else {
      return Origin(offset: try windows.window(ofImage: name).start, isInBar: needsBar)
    }
    return try origin(of: status.specialDevice)
  }
}
