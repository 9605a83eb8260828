public import Linux
public import Signature
public import SystemPackage

/// Mounts a file system for DAX and proves that its files are.
public enum DAXMount {
  /// The kernel's driver for each type of libblkid's that can be DAX: ext4 serves its elders.
  private static let drivers = ["ext2": "ext4", "ext3": "ext4", "ext4": "ext4", "xfs": "xfs"]

  /// Mounts a device on a folder with `dax=always`, and undoes it if a file made there is not DAX:
  /// XFS only says so in the kernel's log and goes on without.
  /// - Parameter requiresDAX: whether all this is done; else the device is mounted as it comes.
  /// - Returns: what the device holds, and a warning about it.
  /// - Throws: `refused` for what is neither ext4 nor xfs, and where DAX cannot be had.
  public static func mount(
    _ device: FilePath, on folder: FilePath, requiresDAX: Bool = true,
    flags: Set<Mounting.Flag> = []
  ) throws(Failure) -> (content: KnownSignature, warning: Failure?) {
    let identity = try identify(device)
    let warning = identity.type == "xfs" ? try warning(of: device) : nil
    guard let driver = drivers[identity.type] else {
      throw Failure(
        .refused, device, "holds \(identity.type), which cannot be mounted for DAX",
        remedy: "make ext4 or xfs on it, see mkfs.iopmem(8)"
      ).named(.noFileSystem)
    }
    guard requiresDAX else {
      try explain(device, "cannot be mounted") { () throws(Errno) in
        try Mounting.mount(device, on: folder, type: driver, flags: flags, options: "")
      }
      return (identity, warning)
    }
    do {
      try Mounting.mount(device, on: folder, type: driver, flags: flags, options: "dax=always")
    } catch {
      let failure = Failure(
        error == .invalidArgument ? .refused : .failed, device, "cannot be mounted for DAX",
        remedy: "the kernel's log may say why, see dmesg(1)", cause: error)
      throw error == .invalidArgument ? failure.named(.notDAX) : failure
    }
    do throws(Failure) {
      try prove(folder)
      return (identity, warning)
    } catch {
      do { try Mounting.unmount(folder) } catch let cause {
        throw Failure(cause, folder, "is not DAX, and cannot be unmounted again")
      }
      throw error
    }
  }

  /// The warning about an XFS with a reverse map; nil if its first superblock shows none.
  static func warning(of device: FilePath) throws(Failure) -> Failure? {
    let hasReverseMap = try explain(device, "cannot read its superblock") { () throws(Errno) in
      try XFSReverseMap.isOn(device)
    }
    guard hasReverseMap else { return nil }
    return Failure(.refused, device, XFSReverseMap.reason, remedy: XFSReverseMap.remedy)
  }

  /// Checks a new file: what counts is what the kernel says of an inode, not the mount's options.
  private static func prove(_ folder: FilePath) throws(Failure) {
    guard try isDAX(folder) else {
      throw Failure(
        .refused, folder, "was mounted, but its files are not DAX; it is unmounted again",
        remedy: "the kernel's log may say why, see dmesg(1)"
      ).named(.notDAX)
    }
  }

  /// Whether a new file of a mounted folder is DAX.
  static func isDAX(_ folder: FilePath) throws(Failure) -> Bool {
    do {
      let file = try Descriptor(
        folder, .readWrite, options: [.temporary, .exclusive], permissions: .ownerReadWrite)
      return try file.status().attributes.contains(.dax)
    } catch {
      throw Failure(error, folder, "is mounted, but no file can be made there to see if it is DAX")
    }
  }

  static func identify(_ device: FilePath) throws(Failure) -> KnownSignature {
    let content: DeviceContent
    do throws(Errno) {
      let descriptor = try Descriptor(device, .readOnly)
      var probe = try SignatureProbe()
      content = try probe.content(of: descriptor)
    } catch { throw Failure(error, device, "cannot tell what it holds") }
    switch content {
    case .found(let signature): return signature
    case .unrecognised:
      throw Failure(.refused, device, "holds no file system", remedy: "see mkfs.iopmem(8)")
        .named(.noFileSystem)
    case .ambivalent(let signatures):
      let types = signatures.map(\.type).joined(separator: ", ")
      throw Failure(.refused, device, "bears marks of several things: \(types)")
    }
  }
}
