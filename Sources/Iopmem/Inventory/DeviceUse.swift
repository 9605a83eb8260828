internal import Linux
internal import SystemPackage

/// Who uses a block device or an image file, as far as the machine tells.
///
/// It explains a refusal of the kernel and never stands in for one: mounts of other namespaces
/// do not show here, and O_EXCL sees them all the same. What the machine does not tell is thrown, and is
/// no reason to go on.
struct DeviceUse {
  let root: SystemRoot

  /// What holds a block device or one of its partitions, in words.
  func holders(of number: DeviceNumber) throws(Errno) -> [String] {
    let folder = FilePath("sys/dev/block/\(number)")
    var holders: [String] = []
    for number in try [number] + partitions(in: folder) {
      for mount in try mounts(of: number) { holders.append("mounted on \(mount)") }
      let swaps = try swapAreas { $0.kind == .blockDevice && $0.specialDevice == number }
      if !swaps.isEmpty { holders.append("swap space in use") }
      // A device without holders has an empty folder, one that is gone has none.
      holders += try names(in: FilePath("sys/dev/block/\(number)/holders")).map { "held by \($0)" }
    }
    return holders
  }

  /// Whether a block device has partitions; nil when the machine does not tell.
  func isPartitioned(_ number: DeviceNumber) -> Bool? {
    let folder = FilePath("sys/dev/block/\(number)")
    return try? root.names(in: folder).contains {
      try root.exists(folder.appending($0).appending("partition"))
    }
  }

  /// What uses what a loop device, or a partition of one, is attached to, by another way than through it:
  /// two loop devices of one file know nothing of each other. Nothing for all other devices.
  func otherUsers(behind number: DeviceNumber) throws(Errno) -> [String] {
    let folder = FilePath("sys/dev/block/\(number)")
    let isPartition = try root.exists(folder.appending("partition"))
    let disk = try root.absolute(root.resolved(isPartition ? folder.appending("..") : folder))
    guard let name = disk.lastComponent?.string, name.hasPrefix("loop"),
      let backing = try backingFile(of: name)
    else { return [] }
    // What has no name here can have no user that is found by it.
    guard let status = try file(at: backing) else { return [] }
    return try status.kind == .blockDevice
      ? holders(of: status.specialDevice) : users(ofImage: status, otherThan: name)
  }

  /// What uses an image file: loop devices over it, and swap space in it.
  /// - Parameter own: the loop device that does not count.
  func users(ofImage status: Status, otherThan own: String? = nil) throws(Errno) -> [String] {
    func isImage(_ other: Status) -> Bool {
      other.kind == .regular && other.device == status.device && other.inode == status.inode
    }
    var users: [String] = []
    for disk in try root.names(in: "sys/block") where disk.hasPrefix("loop") && disk != own {
      guard let backing = try backingFile(of: disk) else { continue }
      // A file that was removed cannot be the one that was found by its name.
      guard let other = try file(at: backing), isImage(other) else { continue }
      users.append("attached to /dev/\(disk)")
      let number = DeviceNumber((try? root.text(FilePath("sys/block/\(disk)/dev"))) ?? "")
      for mount in (try? number.map(mounts(of:))) ?? [] { users.append("mounted on \(mount)") }
    }
    if !(try swapAreas(where: isImage)).isEmpty { users.append("swap space in use") }
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

  private func partitions(in folder: FilePath) throws(Errno) -> [DeviceNumber] {
    var numbers: [DeviceNumber] = []
    for name in try names(in: folder) {
      let part = folder.appending(name)
      guard try root.exists(part.appending("partition")) else { continue }
      // One that left meanwhile is used by nobody.
      guard let text = try root.attribute(part.appending("dev")) else { continue }
      let digits = String(decoding: text.dropLast(), as: UTF8.self)
      guard text.last == UInt8(ascii: "\n"), let number = DeviceNumber(digits) else {
        throw .ioError
      }
      numbers.append(number)
    }
    return numbers
  }

  /// The names in a folder; none where it is gone.
  private func names(in folder: FilePath) throws(Errno) -> [String] {
    do { return try root.names(in: folder) } catch {
      if error == .noSuchFileOrDirectory { return [] }
      throw error
    }
  }

  private func mounts(of number: DeviceNumber) throws(Errno) -> [FilePath] {
    guard let table = try table("proc/self/mountinfo") else { return [] }
    return Mount.all(table).filter { $0.device == number }.map(\.point)
  }

  /// Swap areas whose device or file is such: proc_swaps(5). A kernel without swap space has no table.
  private func swapAreas(where isSuch: (Status) -> Bool) throws(Errno) -> [FilePath] {
    guard let table = try table("proc/swaps") else { return [] }
    var areas: [FilePath] = []
    for line in table.split(separator: UInt8(ascii: "\n")).dropFirst() {
      guard let name = line.split(whereSeparator: { $0 == 0x20 || $0 == 0x09 }).first else {
        throw .ioError
      }
      let path = FilePath(bytes: Mount.unescaped(name))
      if let status = try file(at: path), isSuch(status) { areas.append(path) }
    }
    return areas
  }

  /// The file of a name that the kernel told; nil where the name leads nowhere: it was removed, or is
  /// of another namespace. Where this process may not look, it finds no image of its own either.
  private func file(at path: FilePath) throws(Errno) -> Status? {
    do { return try Status(of: path, followingLinks: true) } catch {
      let nowhere: [Errno] = [
        .noSuchFileOrDirectory, .notDirectory, .permissionDenied, .fileNameTooLong,
        .tooManySymbolicLinkLevels,
      ]
      guard nowhere.contains(error) else { throw error }
      return nil
    }
  }

  /// A table of procfs; nil where there is none, as on a captured machine. The kernel's own begin with
  /// a line in any case, and end with the end of one.
  private func table(_ file: FilePath) throws(Errno) -> [UInt8]? {
    let bytes: [UInt8]
    do { bytes = try root.bytes(file, limit: 16 << 20) } catch {
      if error == .noSuchFileOrDirectory { return nil }
      throw error
    }
    guard bytes.last == UInt8(ascii: "\n") else { throw .ioError }
    return bytes
  }
}
