internal import Iopmem
internal import Linux
internal import SystemPackage

extension [Occupancy] {
  /// Writes what lies where as `iopmem.map/1`.
  func writeJSON(_ failures: [Iopmem.Failure]) throws(Iopmem.Failure) {
    try JSONDocument.write("iopmem.map/1", failures) { (writer) throws(Errno) in
      try writer.key("devices")
      try writer.beginArray()
      for occupancy in self {
        try writer.beginObject()
        try occupancy.writeMembers(to: &writer)
        try writer.endObject()
      }
      try writer.endArray()
    }
  }
}

extension Occupancy {
  fileprivate func writeMembers(to writer: inout JSONWriter) throws(Errno) {
    try writer.name("device", "device_hex", device)
    try writer.name("mount_point", "mount_point_hex", mountPoint)
    try writer.member("filesystem", fileSystem)
    try writer.member("length", length.rawValue)
    try writer.member("bar_offset", isInBar ? origin.rawValue : nil)
    try writer.member("leases", leases)
    try writeFree(to: &writer)
    try writer.key("files")
    try writer.beginArray()
    for file in files { try write(file, to: &writer) }
    try writer.endArray()
    try writer.key("areas")
    try writer.beginArray()
    for area in areas { try write(area, to: &writer) }
    try writer.endArray()
    try writer.key("unread")
    try writer.beginArray()
    for failure in failures {
      try writer.beginObject()
      try writer.name("path", "path_hex", failure.subject)
      try writer.member("message", failure.sentence)
      try writer.endObject()
    }
    try writer.endArray()
  }

  private func writeFree(to writer: inout JSONWriter) throws(Errno) {
    let space = freeSpace
    try writer.key("free")
    try writer.beginObject()
    try writer.member("total", space.total.rawValue)
    try writer.member("largest", (space.runs.map(\.length).max() ?? .zero).rawValue)
    try writer.member("largest_aligned", space.largest(alignment).rawValue)
    try writer.member("alignment", alignment.unit.rawValue)
    try writer.endObject()
  }

  private func write(_ file: OccupyingFile, to writer: inout JSONWriter) throws(Errno) {
    try writer.beginObject()
    try writer.name("path", "path_hex", file.path)
    try writer.member("inode", file.inode)
    try writer.member("size", file.size.rawValue)
    try writer.member("device_offset", file.start?.rawValue)
    try writer.member("bar_offset", isInBar ? file.start.map { place(of: $0).rawValue } : nil)
    try writer.member("pieces", file.pieces)
    try writer.member("aligned", file.start.map { alignment.accepts($0) })
    try writer.member("pinned", file.isPinned)
    try writer.member("leased", file.isLeased)
    try writer.endObject()
  }

  private func write(_ area: Area, to writer: inout JSONWriter) throws(Errno) {
    try writer.beginObject()
    try writer.member("device_offset", area.start.rawValue)
    try writer.member("length", area.length.rawValue)
    try writer.member("holds", area.content.name)
    if case .file(let index) = area.content { try writer.member("file", index) }
    try writer.endObject()
  }
}
