internal import Iopmem
internal import Linux
internal import SystemPackage

/// One JSON object: schema `iopmem.verify/1`.
final class VerifyJSON: VerifyReport {
  private var writer = JSONWriter(Output.standard())
  private let map: FilePath?
  private var failures: [Failure] = []
  /// Whether anything was written.
  private(set) var hasBegun = false

  /// A report of a saved map; nil of a fingerprint.
  init(of map: FilePath?) { self.map = map }

  func begin() throws(Failure) {
    hasBegun = true
    try toStandardOutput { () throws(Errno) in
      try writer.beginObject()
      try writer.member("schema", "iopmem.verify/1")
      try writer.name("map", "map_hex", map)
      try writer.key("files")
      try writer.beginArray()
    }
  }

  func write(_ verification: Verification) throws(Failure) {
    // Whatever it is, of the map it says only that.
    if case .unknown(let failure) = verification.standing { failures.append(failure.asUnknown) }
    try toStandardOutput { () throws(Errno) in
      try writer.beginObject()
      try writer.name("path", "path_hex", verification.path)
      try writer.member("standing", verification.standing.name)
      try writer.member("fingerprint", verification.expected.description)
      try writer.member("found", verification.found?.description)
      try writer.member("reason", verification.standing.reason)
      try writer.key("changes")
      try writer.beginArray()
      for change in verification.standing.changes { try write(change) }
      try writer.endArray()
      try writer.member("changes_left_out", verification.standing.leftOut)
      try writer.endObject()
    }
  }

  func finish(_ failures: [Failure]) throws(Failure) {
    try toStandardOutput { () throws(Errno) in
      try writer.endArray()
      try writer.errors(self.failures + failures)
      try writer.endObject()
      try writer.finish()
    }
  }

  private func write(_ change: Change) throws(Errno) {
    try writer.beginObject()
    try writer.member("part", change.part.rawValue)
    try writer.member("file_offset", change.range?.lowerBound.rawValue)
    try writer.member("length", change.range?.length.rawValue)
    try writer.member("before", change.before)
    try writer.member("after", change.after)
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
