internal import Iopmem
internal import Linux
internal import PCI
internal import Signature
internal import SystemPackage

extension [Inventory.Entry] {
  /// Writes the devices as `iopmem.list/1`.
  func writeJSON() throws(Errno) {
    var writer = JSONWriter(.standard())
    try writer.beginObject()
    try writer.key("schema")
    try writer.value("iopmem.list/1")
    try writer.key("devices")
    try writer.beginArray()
    for entry in self {
      try writer.beginObject()
      try entry.writeDevice(to: &writer)
      try entry.writeWindow(to: &writer)
      try entry.writeContent(to: &writer)
      try writer.endObject()
    }
    try writer.endArray()
    try writer.endObject()
    try writer.finish()
  }
}

extension Inventory.Entry {
  fileprivate func writeDevice(to writer: inout JSONWriter) throws(Errno) {
    try writer.key("name")
    try writer.value(device.name)
    try writer.key("number")
    try writer.value(device.number.description)
    try writer.key("disk")
    try writer.value(device.disk.name)
    try writer.key("is_partition")
    try writer.value(device.isPartition)
    try writer.key("start")
    try writer.value(device.start.rawValue)
    try writer.key("length")
    try writer.value(device.length.rawValue)
    try writer.key("read_only")
    try writer.value(device.isReadOnly)
    try writer.key("dax")
    try writer.value(device.disk.hasDAX)
    try writer.key("driver")
    try writer.value(device.disk.driver)
    try writer.key("numa_node")
    try writer.value(device.disk.numaNode)
    try writer.key("holders")
    try writer.beginArray()
    for holder in device.holders { try writer.value(holder) }
    try writer.endArray()
  }

  fileprivate func writeWindow(to writer: inout JSONWriter) throws(Errno) {
    let window = knownWindow
    try writer.key("function")
    try writer.value((window?.function ?? device.disk.function)?.description)
    try writer.key("bar")
    try writer.value(window?.bar)
    try writer.key("bar_offset")
    try writer.value(window?.start.rawValue)
    try writer.key("bus_address")
    try writer.address(window?.busAddress?.rawValue)
    try writer.key("cpu_address")
    try writer.address(window?.cpuAddress?.rawValue)
    try writer.key("window")
    try writer.value(window?.source.rawValue)
    try writer.key("window_error")
    try writer.value(windowFailure.map(reason))
  }

  /// A failure's sentence, with what it is about where that is not the device itself.
  private func reason(_ failure: Failure) -> String {
    guard let subject = failure.subject, subject != device.path else { return failure.sentence }
    return "\(QuotedName(subject).text): \(failure.sentence)"
  }

  fileprivate func writeContent(to writer: inout JSONWriter) throws(Errno) {
    let content = (try? self.content?.get()) ?? nil
    try writer.key("filesystem")
    try writer.value(content?.type)
    try writer.name("label", "label_hex", bytes: content?.label)
    try writer.key("uuid")
    try writer.value(content?.uuid)
    try writer.key("mounts")
    try writer.beginArray()
    for mount in mounts {
      try writer.beginObject()
      try writer.name("path", "path_hex", mount.point)
      try writer.key("filesystem")
      try writer.value(mount.type)
      try writer.key("dax")
      try writer.value(mount.dax)
      try writer.endObject()
    }
    try writer.endArray()
  }
}
