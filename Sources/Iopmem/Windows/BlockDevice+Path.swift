public import Linux
public import SystemPackage

extension BlockDevice {
  /// The block device that a path names: a device file, or on a captured machine, which has none,
  /// the kernel's name with or without `/dev/` before it.
  /// - Throws: `Failure` when there is no such device.
  public static func number(at path: FilePath, in root: SystemRoot) throws(Failure) -> DeviceNumber
  {
    guard root.isRunningMachine else { return try number(named: path, in: root) }
    let status = try explain(path, "cannot look up the device") { () throws(Errno) in
      try Status(of: path, followingLinks: true)
    }
    guard status.kind == .blockDevice else {
      throw Failure(.failed, path, "is not a block device but \(status.kind.noun)")
    }
    return status.specialDevice
  }

  private static func number(
    named path: FilePath, in root: SystemRoot
  ) throws(Failure) -> DeviceNumber {
    var name = path
    _ = name.removePrefix("/dev")
    name.root = nil
    let link = FilePath("sys/class/block").appending(name.string.replacing("/", with: "!"))
    let home = try explain(path, "no such device on the captured machine") { () throws(Errno) in
      try root.resolved(link)
    }
    let folder = SysfsFolder(home, in: root)
    guard let number = try folder.device() else {
      throw Failure(.failed, path, "no such device on the captured machine")
    }
    guard home.lastComponent == link.lastComponent else {
      throw Failure(.unknown, path, "its link leads to the folder of another device")
    }
    try folder.checkWhole(["dev"])
    return number
  }
}
