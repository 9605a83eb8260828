internal import Linux
internal import SystemPackage

/// Who holds leases and client mappings of a device: iopmem(4), WHO HOLDS IT.
enum LeaseHolders {
  /// The processes that have a lease or a mapping of a disk open, in order.
  ///
  /// Processes come and go, and those of others may not be looked at: what cannot be read is left
  /// out, so that an empty answer says nothing.
  static func processes(of disk: String, in root: SystemRoot) -> [UInt32] {
    descriptors(of: disk, in: root).map(\.process)
  }

  /// The inodes whose leases these processes hold.
  static func inodes(of disk: String, in root: SystemRoot) -> Set<UInt64> {
    let lines = descriptors(of: disk, in: root).flatMap(\.lines)
    return Set(
      lines.compactMap { line in
        let fields = line.split(separator: "\t")
        return fields.first == "iopmem-inode:" ? fields.last.flatMap { UInt64($0) } : nil
      })
  }

  /// For each process with descriptors of leases and mappings of a disk, their lines of fdinfo.
  private static func descriptors(
    of disk: String, in root: SystemRoot
  ) -> [(process: UInt32, lines: [Substring])] {
    let device = "iopmem-device:\t\(disk)"
    let processes = ((try? root.names(in: "proc")) ?? []).compactMap { UInt32($0) }.sorted()
    return processes.compactMap { process in
      let folder = FilePath("proc/\(process)/fdinfo")
      let lines = ((try? root.names(in: folder)) ?? []).flatMap { descriptor in
        let lines = (try? root.text(folder.appending(descriptor)))?.split(separator: "\n") ?? []
        return lines.contains { $0 == device } ? lines : []
      }
      return lines.isEmpty ? nil : (process, lines)
    }
  }

  /// Some of them, for a message.
  static func sentence(_ processes: [UInt32]) -> String {
    let some = processes.prefix(4).map(String.init).joined(separator: ", ")
    let more = processes.count > 4 ? " and \(processes.count - 4) more" : ""
    return (processes.count == 1 ? "process " : "processes ") + some + more
  }
}
