internal import Iopmem
internal import PCI

extension FileMap {
  /// What JSON says of a file besides its segments.
  func jsonMembers(segmentCount: UInt64) -> [UInt8] {
    var object = JSONObject()
    object.add("path", "path_hex", path)
    object.add("size", size.rawValue)
    object.add("inode", inode)
    object.add("generation", identity.generation)
    object.add("filesystem_uuid", identity.fileSystem.description)
    object.add("filesystem", fileSystem)
    object.add("device", "device_hex", device)
    object.add("function", window.function?.description)
    object.add("bar", window.bar)
    object.add("window", window.source.rawValue)
    object.add("client", client?.function.description)
    object.add("client_uses", client?.answer.rawValue)
    object.add("dax", dax)
    object.add("pinned", pinned)
    object.add("overrides", overrides)
    object.add("fingerprint", fingerprint.description)
    object.add("offset", range.lowerBound.rawValue)
    object.add("length", range.upperBound.rawValue - range.lowerBound.rawValue)
    object.add("hole_bytes", holeBytes.rawValue)
    object.add("segment_count", segmentCount)
    return object.members
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
