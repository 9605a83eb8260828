internal import Linux
internal import SystemPackage

/// Which processes keep a device or image from others: the kernel's refusal names none.
extension DeviceUse {
  /// Says who has a file locked by flock(2), as far as that shows.
  static func locked(_ path: FilePath, in root: SystemRoot = SystemRoot()) -> String {
    guard let status = try? Status(of: path, followingLinks: true) else { return unseenLocker }
    let text = (try? root.bytes("proc/locks", limit: 16 << 20)) ?? []
    let processes = lockers(of: status, in: String(decoding: text, as: UTF8.self))
    return processes.isEmpty ? unseenLocker : "locked by " + LeaseHolders.sentence(processes)
  }

  private static let unseenLocker = "locked by another program"

  /// The processes that have a file locked by flock(2), by a table as of proc_locks(5): such a lock's
  /// line is `ID: FLOCK ADVISORY WRITE PROCESS MAJOR:MINOR:INODE START END`, with the numbers of the
  /// device in hexadecimal. A lock of another namespace's process has no number.
  static func lockers(of status: Status, in table: String) -> [UInt32] {
    let file = [UInt64(status.device.major), UInt64(status.device.minor)]
    return table.split(separator: "\n").compactMap { line in
      let fields = line.split(separator: " ")
      guard fields.count == 8, fields[1] == "FLOCK" else { return nil }
      let place = fields[5].split(separator: ":")
      guard place.count == 3, place.prefix(2).map({ UInt64($0, radix: 16) }) == file,
        UInt64(place[2]) == status.inode, let process = UInt32(fields[4]), process > 0
      else { return nil }
      return process
    }
  }

  /// Says that the kernel holds a device for somebody, and which processes have it open.
  static func held(_ path: FilePath, in root: SystemRoot = SystemRoot()) -> String {
    let processes = openers(of: path, in: root)
    let all = "held by the kernel or another program, or mounted where it does not show"
    return processes.isEmpty ? all : all + "; open in " + LeaseHolders.sentence(processes)
  }

  /// The other processes that have a block device open by its own name. Those of others may not be
  /// looked at, and are left out.
  private static func openers(of path: FilePath, in root: SystemRoot) -> [UInt32] {
    guard root.isRunningMachine, let device = try? root.absolute(root.resolved(path)).bytes,
      let own = try? SymbolicLink.read("/proc/self")
    else { return [] }
    let processes = ((try? root.names(in: "proc")) ?? []).filter { Array($0.utf8) != own }
    return processes.compactMap { UInt32($0) }.sorted().filter { process in
      let folder = FilePath("proc/\(process)/fd")
      return ((try? root.names(in: folder)) ?? []).contains {
        (try? SymbolicLink.read(root.absolute(folder.appending($0)))) == device
      }
    }
  }
}
