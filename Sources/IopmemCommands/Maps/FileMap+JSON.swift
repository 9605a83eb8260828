internal import Iopmem
internal import PCI

extension FileMap {
  /// Begins an object with what JSON says of a file besides its segments.
  /// - Parameters:
  ///   - schema: the object's, if it is a document of its own.
  ///   - last: the member whose value comes next, and ends the object.
  func beginJSON(
    schema: String? = nil, segmentCount: UInt64, last: StaticString
  ) -> [UInt8] {
    var object = JSONRenderer<[UInt8]>([])
    object.beginObject()
    if let schema { object.member("schema", schema) }
    object.name("path", "path_hex", path)
    object.member("size", size.rawValue)
    object.member("inode", inode)
    object.member("generation", identity.generation)
    object.member("filesystem_uuid", identity.fileSystem.description)
    object.member("filesystem", fileSystem)
    object.name("device", "device_hex", device)
    object.member("image_offset", imageOffset?.rawValue)
    object.member("function", window.function?.description)
    object.member("bar", window.bar)
    object.member("window", window.source.rawValue)
    object.member("client", client?.function.description)
    object.member("client_uses", client?.answer.rawValue)
    object.member("dax", dax)
    object.member("pinned", pinned)
    object.member("overrides", overrides)
    object.member("fingerprint", fingerprint.description)
    object.member("offset", range.lowerBound.rawValue)
    object.member("length", range.length.rawValue)
    object.member("hole_bytes", holeBytes.rawValue)
    object.member("segment_count", segmentCount)
    object.key(last)
    return object.sink
  }

  /// Appends a segment, with all its addresses: by hand, since there can be millions.
  func appendJSON(_ segment: Segment, to bytes: inout [UInt8]) {
    bytes.append("{\"file_offset\":")
    bytes.appendDecimal(segment.fileOffset.rawValue)
    bytes.append(",\"length\":")
    bytes.appendDecimal(segment.length.rawValue)
    bytes.append(",\"bar_offset\":")
    bytes.appendDecimal(segment.barOffset.rawValue)
    bytes.append(",\"bus_address\":")
    Self.appendJSON(window.busAddress(of: segment.barOffset)?.rawValue, to: &bytes)
    bytes.append(",\"cpu_address\":")
    Self.appendJSON(window.cpuAddress(of: segment.barOffset)?.rawValue, to: &bytes)
    bytes.append(",\"client_address\":")
    Self.appendJSON(clientAddress(of: segment.barOffset), to: &bytes)
    bytes.append(",\"flags\":[")
    if !segment.flags.isEmpty {
      bytes.append(text: segment.flags.names.map { "\"\($0)\"" }.joined(separator: ","))
    }
    bytes.append("]}")
  }

  private static func appendJSON(_ address: UInt64?, to bytes: inout [UInt8]) {
    guard let address else { return bytes.append("null") }
    bytes.append("\"")
    bytes.appendHex(address)
    bytes.append("\"")
  }
}
