internal import Iopmem
internal import Linux
internal import SystemPackage

/// Maps as comma-separated values (RFC 4180), a line a segment, the file's name in each.
final class MapCSV: MapRenderer {
  private var output: Output

  private let name: String

  init(_ output: consuming Output, named name: String = "standard output") {
    self.output = output
    self.name = name
  }

  func begin() throws(Failure) {
    try toOutput(name) { () throws(Errno) in
      try output.write(
        "path,file_offset,length,bar_offset,bus_address,cpu_address,flags,client_address,"
          + "fingerprint\n")
    }
  }

  func write(_ map: FileMap, _ segments: borrowing SegmentList) throws(Failure) {
    let path = Self.cell(QuotedName(map.path).bytes)
    let fingerprint = Array(map.fingerprint.description.utf8)
    try segments.forEachRun { (run) throws(Failure) in
      for segment in run {
        try toOutput(name) { () throws(Errno) in
          try output.append { Self.row(path, segment, map, fingerprint, &$0) }
        }
      }
    }
  }

  func finish() throws(Failure) {
    try toOutput(name) { () throws(Errno) in try output.flush() }
  }

  private static func row(
    _ path: [UInt8], _ segment: Segment, _ map: FileMap, _ fingerprint: [UInt8],
    _ line: inout [UInt8]
  ) {
    let window = map.window
    line.append(contentsOf: path)
    line.append(",")
    line.appendDecimal(segment.fileOffset.rawValue)
    line.append(",")
    line.appendDecimal(segment.length.rawValue)
    line.append(",")
    line.appendDecimal(segment.barOffset.rawValue)
    line.append(",")
    if let address = window.busAddress(of: segment.barOffset) { line.appendHex(address.rawValue) }
    line.append(",")
    if let address = window.cpuAddress(of: segment.barOffset) { line.appendHex(address.rawValue) }
    line.append(",")
    if !segment.flags.isEmpty { line.append(segment.flags.names.joined(separator: " ")) }
    line.append(",")
    if let address = map.clientAddress(of: segment.barOffset) { line.appendHex(address) }
    line.append(",")
    line.append(contentsOf: fingerprint)
    line.append("\n")
  }

  /// A cell, between quotes where it holds a comma or a quote.
  private static func cell(_ text: [UInt8]) -> [UInt8] {
    guard text.contains(where: { $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: "\"") }) else {
      return text
    }
    let quote = UInt8(ascii: "\"")
    return [quote] + text.flatMap { $0 == quote ? [quote, quote] : [$0] } + [quote]
  }
}
