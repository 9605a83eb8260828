internal import Linux
internal import SystemPackage

extension Readiness {
  /// Findings about file systems on a device, or on its partitions, that would hang who unbinds it.
  /// Only drivers that offer DAX tell a file system that its device is removed.
  static func contentFindings(of device: BlockDevice, in root: SystemRoot) -> [Finding] {
    guard root.isRunningMachine, device.disk.hasDAX != false else { return [] }
    do {
      return try parts(of: device, in: root).compactMap { part in finding(on: part) }
    } catch {
      return [unseen(device, error)]
    }
  }

  private static func finding(on part: BlockDevice) -> Finding? {
    do {
      guard try XFSReverseMap.isOn(part.path, number: part.number) else { return nil }
      return Finding(
        .reverseMap, .warning, nil, "\(part.name) \(XFSReverseMap.reason)",
        remedy: XFSReverseMap.remedy)
    } catch {
      return unseen(part, Failure(error, part.path, "cannot be read"))
    }
  }

  private static func unseen(_ device: BlockDevice, _ failure: Failure) -> Finding {
    Finding(
      .reverseMapUnseen, .note, nil,
      "whether \(device.name) holds an XFS with rmapbt is not known: it \(failure.sentence)",
      remedy: "run as root")
  }

  /// The device, and its partitions if it is a whole disk.
  private static func parts(
    of device: BlockDevice, in root: SystemRoot
  ) throws(Failure) -> [BlockDevice] {
    if device.isPartition { return [device] }
    let disk = SysfsFolder(device.disk.folder, in: root)
    var parts = [device]
    for name in try disk.names(in: ".") {
      let folder = SysfsFolder(device.disk.folder.appending(name), in: root)
      guard try folder.exists("partition"), let number = try folder.device() else { continue }
      parts.append(try BlockDevice(number, in: root))
    }
    return parts
  }
}
