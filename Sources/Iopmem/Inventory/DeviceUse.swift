internal import Linux
internal import SystemPackage

/// Who uses a block device or an image file, as far as the machine tells.
///
/// It explains a refusal of the kernel and never stands in for one: mounts of other namespaces
/// do not show here, and O_EXCL sees them all the same.
struct DeviceUse {
  let root: SystemRoot

  /// What holds a block device or one of its partitions, in words.
  func holders(of number: DeviceNumber) -> [String] {
    let folder = FilePath("sys/dev/block/\(number)")
    var holders: [String] = []
    for number in [number] + partitions(in: folder) {
      for mount in mounts(of: number) { holders.append("mounted on \(mount)") }
      let swaps = swapAreas { $0.kind == .blockDevice && $0.specialDevice == number }
      if !swaps.isEmpty { holders.append("swap space in use") }
      // A device without holders has an empty folder, one that is gone has none.
      let names = (try? root.names(in: FilePath("sys/dev/block/\(number)/holders"))) ?? []
      holders += names.map { "held by \($0)" }
    }
    return holders
  }

  /// Whether a block device has partitions; nil when the machine does not tell.
  func isPartitioned(_ number: DeviceNumber) -> Bool? {
    let folder = FilePath("sys/dev/block/\(number)")
    return (try? root.names(in: folder))?.contains {
      root.exists(folder.appending($0).appending("partition"))
    }
  }

  /// What uses what a loop device, or a partition of one, is attached to, by another way than through it:
  /// two loop devices of one file know nothing of each other. Nothing for all other devices.
  /// - Throws: `Errno` where the machine does not tell, which is no reason to go on.
  func otherUsers(behind number: DeviceNumber) throws(Errno) -> [String] {
    let folder = FilePath("sys/dev/block/\(number)")
    let isPartition = root.exists(folder.appending("partition"))
    let disk = try root.absolute(root.resolved(isPartition ? folder.appending("..") : folder))
    guard let name = disk.lastComponent?.string, name.hasPrefix("loop"),
      let backing = try backingFile(of: name)
    else { return [] }
    // What has no name here can have no user that is found by it.
    guard let status = try? Status(of: backing, followingLinks: true) else { return [] }
    return status.kind == .blockDevice
      ? holders(of: status.specialDevice) : try users(ofImage: status, otherThan: name)
  }

  /// What uses an image file: loop devices over it, and swap space in it.
  /// - Parameter own: the loop device that does not count.
  /// - Throws: `Errno` where the machine does not tell, which is no reason to go on.
  func users(ofImage status: Status, otherThan own: String? = nil) throws(Errno) -> [String] {
    func isImage(_ other: Status) -> Bool {
      other.kind == .regular && other.device == status.device && other.inode == status.inode
    }
    var users: [String] = []
    for disk in try root.names(in: "sys/block") where disk.hasPrefix("loop") && disk != own {
      guard let backing = try backingFile(of: disk) else { continue }
      // A file that was removed cannot be the one that was found by its name.
      guard let other = try? Status(of: backing), isImage(other) else { continue }
      users.append("attached to /dev/\(disk)")
      let number = DeviceNumber((try? root.text(FilePath("sys/block/\(disk)/dev"))) ?? "")
      for mount in number.map(mounts(of:)) ?? [] { users.append("mounted on \(mount)") }
    }
    if !swapAreas(where: isImage).isEmpty { users.append("swap space in use") }
    return users
  }

  /// The file behind a loop device; nil while it has none.
  private func backingFile(of disk: String) throws(Errno) -> FilePath? {
    let file = FilePath("sys/block/\(disk)/loop/backing_file")
    // The attribute is empty where the file was detached after it was opened.
    guard let path = try root.attribute(file), !path.isEmpty else { return nil }
    // The kernel writes the path as it is and one newline after it, whatever is in the path.
    guard path.last == UInt8(ascii: "\n") else { throw .ioError }
    return FilePath(bytes: path.dropLast())
  }

  private func partitions(in folder: FilePath) -> [DeviceNumber] {
    let names = (try? root.names(in: folder)) ?? []
    return names.compactMap { name in
      guard root.exists(folder.appending(name).appending("partition")) else { return nil }
      return DeviceNumber((try? root.text(folder.appending(name).appending("dev"))) ?? "")
    }
  }

  private func mounts(of number: DeviceNumber) -> [FilePath] {
    let bytes = (try? root.bytes("proc/self/mountinfo", limit: 16 << 20)) ?? []
    return Mount.all(bytes).filter { $0.device == number }.map(\.point)
  }

  /// Swap areas whose device or file is such: proc_swaps(5).
  private func swapAreas(where isSuch: (Status) -> Bool) -> [String] {
    lines(of: "proc/swaps").dropFirst().compactMap { line in
      guard let path = line.split(separator: " ").first.map(String.init),
        let status = try? Status(of: FilePath(path), followingLinks: true), isSuch(status)
      else { return nil }
      return path
    }
  }

  private func lines(of file: FilePath) -> [Substring] {
    let bytes = (try? root.bytes(file, limit: 16 << 20)) ?? []
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n")
  }
}
