internal import Iopmem
internal import Linux
internal import PCI
internal import Signature
internal import SystemPackage

extension [Inventory.Entry] {
  /// Writes the devices as `iopmem.list/1`.
  func writeJSON(_ failures: [Iopmem.Failure]) throws(Iopmem.Failure) {
    try JSONDocument.write("iopmem.list/1", failures) { (writer) throws(Errno) in
      try writer.key("devices")
      try writer.beginArray()
      for entry in self {
        try writer.beginObject()
        try entry.writeDevice(to: &writer)
        try entry.writeWindow(to: &writer)
        try entry.writeContent(to: &writer)
        try entry.writeUse(to: &writer)
        try entry.writeIdentity(to: &writer)
        try writer.endObject()
      }
      try writer.endArray()
    }
  }
}

extension Inventory.Entry {
  fileprivate func writeDevice(to writer: inout JSONWriter) throws(Errno) {
    try writer.member("name", device.name)
    try writer.member("number", device.number.description)
    try writer.member("disk", device.disk.name)
    try writer.member("is_partition", device.isPartition)
    try writer.member("start", device.start.rawValue)
    try writer.member("length", device.length.rawValue)
    try writer.member("read_only", device.isReadOnly)
    try writer.member("dax", device.disk.hasDAX)
    try writer.member("driver", device.disk.driver)
    try writer.member("numa_node", device.disk.numaNode)
    try writer.member("holders", device.holders)
  }

  fileprivate func writeWindow(to writer: inout JSONWriter) throws(Errno) {
    let window = knownWindow
    try writer.member("function", (window?.function ?? device.disk.function)?.description)
    try writer.member("bar", window?.bar)
    try writer.member("bar_offset", window?.start.rawValue)
    try writer.member("bus_address", address: window?.busAddress?.rawValue)
    try writer.member("cpu_address", address: window?.cpuAddress?.rawValue)
    try writer.member("window", window?.source.rawValue)
    try writer.member("window_error", windowFailure.map(reason))
  }

  /// Makes a sentence of a failure, with its subject if that is not the device itself.
  private func reason(_ failure: Failure) -> String {
    guard let subject = failure.subject, subject != device.path else { return failure.sentence }
    return "\(QuotedName(subject).text): \(failure.sentence)"
  }

  fileprivate func writeContent(to writer: inout JSONWriter) throws(Errno) {
    let content = (try? self.content?.get()) ?? nil
    try writer.member("filesystem", content?.type)
    try writer.name("label", "label_hex", bytes: content?.label)
    try writer.member("uuid", content?.uuid)
    try writer.key("mounts")
    try writer.beginArray()
    for mount in mounts {
      try writer.beginObject()
      try writer.name("path", "path_hex", mount.point)
      try writer.member("filesystem", mount.type)
      try writer.member("dax", mount.dax)
      try writer.endObject()
    }
    try writer.endArray()
  }

  /// How the file system's space is used. What nobody asked for, what there is not and what could not
  /// be read is null; the last is among the errors.
  fileprivate func writeUse(to writer: inout JSONWriter) throws(Errno) {
    let occupancy = try? occupancy?.get()
    let (space, counts) = (occupancy?.space, occupancy?.fileCounts)
    try writer.member("used", space?.used.rawValue)
    try writer.member("free", space?.free.rawValue)
    try writer.member("largest_aligned", space?.largestAligned.rawValue)
    try writer.member("files", counts?.all)
    try writer.member("pins", counts?.pinned)
    try writer.member("leases", try? leases?.get())
  }

  fileprivate func writeIdentity(to writer: inout JSONWriter) throws(Errno) {
    let identity = try? identity?.get()
    try writer.member("vendor_id", identity?.vendorNumber)
    try writer.member("vendor", identity?.vendor)
    try writer.member("device_id", identity?.deviceNumber)
    try writer.member("model", identity?.device)
  }
}
