internal import Iopmem
internal import Linux
internal import SystemPackage

/// One JSON object: schema `iopmem.verify/1`.
final class VerifyJSON: VerifyReport {
  private var writer = JSONWriter(Output.standard())
  private let map: FilePath?

  /// A report of a saved map; nil of a fingerprint.
  init(of map: FilePath?) { self.map = map }

  func begin() throws(Failure) {
    try toStandardOutput { () throws(Errno) in
      try writer.beginObject()
      try writer.key("schema")
      try writer.value("iopmem.verify/1")
      try writer.name("map", "map_hex", map)
      try writer.key("files")
      try writer.beginArray()
    }
  }

  func write(_ verification: Verification) throws(Failure) {
    try toStandardOutput { () throws(Errno) in
      try writer.beginObject()
      try writer.name("path", "path_hex", verification.path)
      try writer.key("standing")
      try writer.value(verification.standing.name)
      try writer.key("fingerprint")
      try writer.value(verification.expected.description)
      try writer.key("found")
      try writer.value(verification.found?.description)
      try writer.key("reason")
      try writer.value(verification.standing.reason)
      try writer.key("changes")
      try writer.beginArray()
      for change in verification.standing.changes { try write(change) }
      try writer.endArray()
      try writer.key("changes_left_out")
      try writer.value(verification.standing.leftOut)
      try writer.endObject()
    }
  }

  func finish() throws(Failure) {
    try toStandardOutput { () throws(Errno) in
      try writer.endArray()
      try writer.endObject()
      try writer.finish()
    }
  }

  private func write(_ change: Change) throws(Errno) {
    try writer.beginObject()
    try writer.key("part")
    try writer.value(change.part.rawValue)
    try writer.key("file_offset")
    try writer.value(change.range?.lowerBound.rawValue)
    try writer.key("length")
    try writer.value(change.range?.length.rawValue)
    try writer.key("before")
    try writer.value(change.before)
    try writer.key("after")
    try writer.value(change.after)
    try writer.endObject()
  }
}

extension Verification.Standing {
  fileprivate var name: String {
    switch self {
    case .holds: "holds"
    case .changed: "changed"
    case .unknown: "unknown"
    }
  }

  fileprivate var reason: String? {
    if case .unknown(let failure) = self { failure.sentence } else { nil }
  }

  fileprivate var changes: [Change] {
    if case .changed(let changes, _) = self { changes } else { [] }
  }

  fileprivate var leftOut: Int {
    if case .changed(_, let leftOut) = self { leftOut } else { 0 }
  }
}
