internal import Iopmem
internal import Linux
internal import SystemPackage

/// Prints where the files of `iopmem place` lie.
struct PlacementReport {
  let image: FilePath?
  /// Whether offsets are those in a BAR; otherwise they are those on the disk.
  let isInBar: Bool
  /// Whether people are told what became of each file.
  let tellsStates: Bool
  /// Whether people are told sizes in bytes.
  let isExact: Bool
  let outcome: Outcome

  /// The files that are in place, and why the others are not.
  struct Outcome {
    /// A file, and what became of it.
    struct File {
      let placed: PlacedFile
      let state: DeployedItem.State
    }

    let files: [File]
    let failure: Failure?

    /// Whether anything was changed; nil where it failed on the way, and left what may be something.
    var isChange: Bool? {
      if files.contains(where: { $0.state != .ok }) { return true }
      guard let failure else { return false }
      return failure.leavesResult ? true : failure.isChange
    }

    /// What is done; nil where nothing is.
    var done: String? {
      if failure == nil { return "everything is placed" }
      return files.isEmpty ? nil : "some files are placed"
    }
  }

  /// Writes a table with a row a file: offset, size, extents, path.
  func writeText() throws(Errno) {
    var table = TextTable(
      [
        .init(isInBar ? "BAR-OFFSET" : "DISK-OFFSET", isRight: true, minimumWidth: 14),
        .init("SIZE", isRight: true, minimumWidth: 14),
        .init("EXTENTS", isRight: true, minimumWidth: 8),
      ] + (tellsStates ? ["STATE"] : []) + ["PATH"])
    for file in outcome.files {
      let state = tellsStates ? [file.state.rawValue] : []
      let file = file.placed
      table.append(
        [
          file.start?.hex ?? file.diskStart?.hex ?? "",
          isExact ? String(file.size.rawValue) : BinaryUnits.rounded(file.size), String(file.runs),
        ] + state + [QuotedName(file.path).text])
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
    try writer.member("changed", outcome.isChange)
    try writer.key("files")
    try writer.beginArray()
    for entry in outcome.files {
      let file = entry.placed
      try writer.beginObject()
      try writer.name("path", "path_hex", file.path)
      try writer.member("size", file.size.rawValue)
      try writer.member("extents", file.runs)
      try writer.member("bar_offset", file.start?.rawValue)
      try writer.member("disk_offset", file.diskStart?.rawValue)
      try writer.member("pinned", file.isPinned)
      try writer.member("state", entry.state.rawValue)
      try writer.endObject()
    }
    try writer.endArray()
    try writer.errors(outcome.failure.map { [$0] } ?? [])
    try writer.endObject()
    try writer.finish()
  }
}
