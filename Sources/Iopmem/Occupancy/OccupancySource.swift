internal import Linux
internal import Signature
public import SystemPackage

/// Reads what lies where.
public struct OccupancySource {
  private let windows = WindowSource()

  /// A source for the running machine.
  public init() {}

  /// Reads the file system of a block device or image, or the one that a directory is on.
  /// - Parameter withFiles: whether to read its directories; without them, what files hold is `other`.
  /// - Throws: `Failure` when that is none, or cannot tell what its space is used for.
  public func occupancy(of name: ImageName, withFiles: Bool = true) throws(Failure) -> Occupancy {
    let path = name.path
    let status = try explain(path, "cannot look it up") { () throws(Errno) in
      try Status(of: path, followingLinks: true)
    }
    switch status.kind {
    case .directory:
      let mounts = try mounts(of: status.device)
      let real = try explain(path, "cannot open") { () throws(Errno) in
        let directory = try Descriptor(path, .readOnly, options: .directory)
        return FilePath(bytes: try SymbolicLink.read(directory.link))
      }
      // The mount that the directory is below, by the longest name.
      guard
        let mount = mounts.filter({ real.starts(with: $0.point) }).max(by: {
          $0.point.components.count < $1.point.components.count
        })
      else {
        throw Failure(
          .refused, path, "is on no file system that is mounted here",
          remedy: "name the device, the image or the mount point")
      }
      // Those without a block device have numbers of major 0: fs/super.c, `get_anon_bdev`.
      guard status.device.major != 0 else {
        throw Failure(.refused, path, "is on \(mount.type), which lies on no block device")
      }
      return try mounted(mount, withFiles)
    case .blockDevice where name.place == .whole:
      let mounts = try mounts(of: status.specialDevice)
      // One that shows all of the file system, if there is one.
      if let mount = mounts.first(where: { $0.root == "/" }) ?? mounts.first {
        return try mounted(mount, withFiles)
      }
      return try unmounted(name, withFiles)
    case .regular, .blockDevice:
      return try unmounted(name, withFiles)
    default:
      throw Failure(
        .refused, path,
        "is neither a block device nor an image nor a directory but \(status.kind.noun)")
    }
  }

  /// The iopmem devices and pmem namespaces that have a file system.
  /// - Throws: `Failure` when the machine's list of devices cannot be read.
  public func memoryDevices() throws(Failure) -> [FilePath] {
    let entries = try Inventory(.memory, .content, in: windows.root).entries
    return entries.filter { entry in
      guard case .success(let content?)? = entry.content else { return !entry.mounts.isEmpty }
      return content.kind == .filesystem
    }.map(\.device.path)
  }

  private func mounts(of device: DeviceNumber) throws(Failure) -> [Mount] {
    try Mount.all(in: windows.root).filter { $0.device == device }
  }

  private func mounted(_ mount: Mount, _ withFiles: Bool) throws(Failure) -> Occupancy {
    let device = try BlockDevice(mount.device, in: windows.root)
    let origin = DeviceOrigin(windows: windows, needsBar: device.disk.isMemory)
    return try MountedOccupancy(
      MountedVolume(mount.point, origin), device, leases: DeviceLeases(of: device, in: windows.root)
    ).read(withFiles: withFiles)
  }

  private func unmounted(_ name: ImageName, _ withFiles: Bool) throws(Failure) -> Occupancy {
    try UnmountedImage(name, windows: windows, needsBar: false).occupancy(withFiles: withFiles)
  }
}
