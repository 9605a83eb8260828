internal import Linux
internal import SystemPackage

/// Who holds leases and client mappings of a device: iopmem(4), WHO HOLDS IT.
enum LeaseHolders {
  /// The processes that have a lease or a mapping of a disk open, in order.
  ///
  /// Processes come and go, and those of others may not be looked at: what cannot be read is left
  /// out, so that an empty answer says nothing.
  static func processes(of disk: String, in root: SystemRoot) -> [UInt32] {
    let line = "iopmem-device:\t\(disk)"
    let processes = ((try? root.names(in: "proc")) ?? []).compactMap { UInt32($0) }.sorted()
    return processes.filter { process in
      let folder = FilePath("proc/\(process)/fdinfo")
      let descriptors = (try? root.names(in: folder)) ?? []
      return descriptors.contains { descriptor in
        guard let text = try? root.text(folder.appending(descriptor)) else { return false }
        return text.split(separator: "\n").contains { $0 == line }
      }
    }
  }

  /// Some of them, for a message.
  static func sentence(_ processes: [UInt32]) -> String {
    let some = processes.prefix(4).map(String.init).joined(separator: ", ")
    let more = processes.count > 4 ? " and \(processes.count - 4) more" : ""
    return (processes.count == 1 ? "process " : "processes ") + some + more
  }
}
