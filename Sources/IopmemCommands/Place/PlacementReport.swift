internal import Iopmem
internal import Linux
internal import SystemPackage

/// Prints where the files of `iopmem place` lie.
struct PlacementReport {
  let image: FilePath?
  /// Whether offsets are those in a BAR; otherwise they are those on the disk.
  let isInBar: Bool
  let files: [PlacedFile]

  /// Writes a table with a row a file: offset, size, extents, path.
  func writeText() throws(Errno) {
    var table = TextTable([
      .init(isInBar ? "BAR-OFFSET" : "DISK-OFFSET", isRight: true, minimumWidth: 14),
      .init("SIZE", isRight: true, minimumWidth: 14),
      .init("EXTENTS", isRight: true, minimumWidth: 8), "PATH",
    ])
    for file in files {
      table.append([
        file.start?.hex ?? file.diskStart?.hex ?? "", String(file.size.rawValue),
        String(file.runs), QuotedName(file.path).text,
      ])
    }
    var output = Output.standard()
    try output.write(table.text)
    try output.flush()
  }

  /// Writes the files as `iopmem.place/1`.
  func writeJSON() throws(Errno) {
    var writer = JSONWriter(Output.standard())
    try writer.beginObject()
    try writer.member("schema", "iopmem.place/1")
    try writer.name("image", "image_hex", image)
    try writer.key("files")
    try writer.beginArray()
    for file in files {
      try writer.beginObject()
      try writer.name("path", "path_hex", file.path)
      try writer.member("size", file.size.rawValue)
      try writer.member("extents", file.runs)
      try writer.member("bar_offset", file.start?.rawValue)
      try writer.member("disk_offset", file.diskStart?.rawValue)
      try writer.member("pinned", file.isPinned)
      try writer.endObject()
    }
    try writer.endArray()
    try writer.endObject()
    try writer.finish()
  }
}
