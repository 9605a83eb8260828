internal import Iopmem
internal import Linux
internal import PCI
internal import SystemPackage

/// Maps as one JSON object, written as it comes: schema `iopmem.fiemap/1`.
final class MapJSON: MapRenderer {
  private var writer: JSONWriter

  private let name: String

  init(_ output: consuming Output, named name: String = "standard output") {
    writer = JSONWriter(output)
    self.name = name
  }

  func begin() throws(Failure) {
    try toOutput(name) { () throws(Errno) in
      try writer.beginObject()
      try writer.key("schema")
      try writer.value("iopmem.fiemap/1")
      try writer.key("files")
      try writer.beginArray()
    }
  }

  func write(_ map: FileMap, _ segments: borrowing SegmentList) throws(Failure) {
    let count = segments.count
    try toOutput(name) { () throws(Errno) in try beginFile(map, count) }
    try segments.forEachRun { (run) throws(Failure) in
      for segment in run {
        try toOutput(name) { () throws(Errno) in
          try writer.rendered { Self.append(segment, map, to: &$0) }
        }
      }
    }
    try toOutput(name) { () throws(Errno) in
      try writer.endArray()
      try writer.endObject()
    }
  }

  func finish() throws(Failure) {
    try toOutput(name) { () throws(Errno) in
      try writer.endArray()
      try writer.endObject()
      try writer.finish()
    }
  }

  private func beginFile(_ map: FileMap, _ count: Int) throws(Errno) {
    try writer.beginObject()
    try writer.name("path", "path_hex", map.path)
    try writer.key("size")
    try writer.value(map.size.rawValue)
    try writer.key("inode")
    try writer.value(map.inode)
    try writer.key("generation")
    try writer.value(map.identity.generation)
    try writer.key("filesystem_uuid")
    try writer.value(map.identity.fileSystem.description)
    try writer.key("filesystem")
    try writer.value(map.fileSystem)
    try writer.name("device", "device_hex", map.device)
    try writer.key("function")
    try writer.value(map.window.function?.description)
    try writer.key("bar")
    try writer.value(map.window.bar)
    try writer.key("window")
    try writer.value(map.window.source.rawValue)
    try writer.key("client")
    try writer.value(map.client?.function.description)
    try writer.key("client_uses")
    try writer.value(map.client?.answer.rawValue)
    try writer.key("dax")
    try writer.value(map.dax)
    try writer.key("overrides")
    try writer.beginArray()
    for name in map.overrides { try writer.value(name) }
    try writer.endArray()
    try writer.key("fingerprint")
    try writer.value(map.fingerprint.description)
    try writer.key("offset")
    try writer.value(map.range.lowerBound.rawValue)
    try writer.key("length")
    try writer.value(map.range.upperBound.rawValue - map.range.lowerBound.rawValue)
    try writer.key("hole_bytes")
    try writer.value(map.holeBytes.rawValue)
    try writer.key("segment_count")
    try writer.value(count)
    try writer.key("segments")
    try writer.beginArray()
  }

  private static func append(_ segment: Segment, _ map: FileMap, to bytes: inout [UInt8]) {
    let window = map.window
    bytes.append("{\"file_offset\":")
    bytes.appendDecimal(segment.fileOffset.rawValue)
    bytes.append(",\"length\":")
    bytes.appendDecimal(segment.length.rawValue)
    bytes.append(",\"bar_offset\":")
    bytes.appendDecimal(segment.barOffset.rawValue)
    bytes.append(",\"bus_address\":")
    append(window.busAddress(of: segment.barOffset)?.rawValue, to: &bytes)
    bytes.append(",\"cpu_address\":")
    append(window.cpuAddress(of: segment.barOffset)?.rawValue, to: &bytes)
    bytes.append(",\"client_address\":")
    append(map.clientAddress(of: segment.barOffset), to: &bytes)
    bytes.append(",\"flags\":[")
    if !segment.flags.isEmpty {
      bytes.append(segment.flags.names.map { "\"\($0)\"" }.joined(separator: ","))
    }
    bytes.append("]}")
  }

  private static func append(_ address: UInt64?, to bytes: inout [UInt8]) {
    guard let address else { return bytes.append("null") }
    bytes.append("\"")
    bytes.appendHex(address)
    bytes.append("\"")
  }
}
