internal import Iopmem
internal import Linux
internal import SystemPackage

/// What `iopmem place` prints: where the files lie.
struct PlacementReport {
  let image: FilePath?
  /// Whether offsets are in a BAR, or else on the disk.
  let isInBar: Bool
  let files: [PlacedFile]

  /// A header, and one line a file: offset, size, extents, path.
  func writeText() throws(Errno) {
    var output = Output.standard()
    try output.write(Self.line(isInBar ? "BAR-OFFSET" : "DISK-OFFSET", "SIZE", "EXTENTS", "PATH"))
    for file in files {
      let offset = file.start?.hex ?? file.diskStart?.hex ?? "-"
      try output.write(
        Self.line(
          offset, String(file.size.rawValue), String(file.runs), QuotedName(file.path).text))
    }
    try output.flush()
  }

  /// `iopmem.place/1`.
  func writeJSON() throws(Errno) {
    var writer = JSONWriter(Output.standard())
    try writer.beginObject()
    try writer.key("schema")
    try writer.value("iopmem.place/1")
    try writer.name("image", "image_hex", image)
    try writer.key("files")
    try writer.beginArray()
    for file in files {
      try writer.beginObject()
      try writer.name("path", "path_hex", file.path)
      try writer.key("size")
      try writer.value(file.size.rawValue)
      try writer.key("extents")
      try writer.value(file.runs)
      try writer.key("bar_offset")
      try writer.value(file.start?.rawValue)
      try writer.key("disk_offset")
      try writer.value(file.diskStart?.rawValue)
      try writer.key("pinned")
      try writer.value(file.isPinned)
      try writer.endObject()
    }
    try writer.endArray()
    try writer.endObject()
    try writer.finish()
  }

  private static func line(
    _ offset: String, _ size: String, _ extents: String, _ path: String
  ) -> String {
    let columns = [(offset, 14), (size, 14), (extents, 8)].map { text, width in
      String(repeating: " ", count: max(0, width - text.count)) + text
    }
    return (columns + [path]).joined(separator: "  ") + "\n"
  }
}
