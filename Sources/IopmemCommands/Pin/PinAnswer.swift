internal import Iopmem
internal import Linux
internal import SystemPackage

/// What `iopmem pin` and `iopmem unpin` tell programs.
struct PinAnswer {
  /// A file that is as wanted now.
  struct File {
    let path: FilePath
    /// Whether it was otherwise before.
    let isChange: Bool
    /// That of its map; nil of one that is unpinned.
    var fingerprint: Fingerprint?
  }

  let files: [File]
  let failures: [Failure]
  /// How many files were named.
  let named: Int

  /// Writes the answer.
  /// - Parameter state: what the files are now.
  func writeJSON(_ schema: String, _ state: String) throws(Failure) {
    let some = files.count == named ? "everything is" : "some files are"
    try telling(files.isEmpty ? nil : "\(some) \(state)") { () throws(Failure) in
      try writeJSON(schema)
    }
  }

  private func writeJSON(_ schema: String) throws(Failure) {
    try JSONDocument.write(schema, failures) { (writer) throws(Errno) in
      try writer.member("changed", files.contains(where: \.isChange))
      try writer.key("files")
      try writer.beginArray()
      for file in files {
        try writer.beginObject()
        try writer.name("path", "path_hex", file.path)
        try writer.member("changed", file.isChange)
        if let fingerprint = file.fingerprint {
          try writer.member("fingerprint", fingerprint.description)
        }
        try writer.endObject()
      }
      try writer.endArray()
    }
  }
}
