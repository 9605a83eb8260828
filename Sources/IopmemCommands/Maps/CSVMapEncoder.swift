internal import Iopmem

/// Encodes maps as comma-separated values (RFC 4180), a line a segment, the file's name in each.
final class CSVMapEncoder: TextMapEncoder {
  static let opening: StaticString = """
    path,file_offset,length,bar_offset,bus_address,cpu_address,flags,client_address,fingerprint,pinned\n
    """

  let transfer: Transfer?
  private let map: FileMap
  private let path: [UInt8]
  private let fingerprint: [UInt8]

  init(_ map: FileMap, cutBy transfer: Transfer?, segmentCount: UInt64) {
    self.map = map
    self.transfer = transfer
    path = Self.cell(QuotedName(map.path).bytes)
    fingerprint = Array(map.fingerprint.description.utf8)
  }

  func row(_ segment: Segment, _ line: inout [UInt8]) {
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
    if !segment.flags.isEmpty { line.append(text: segment.flags.names.joined(separator: " ")) }
    line.append(",")
    if let address = map.clientAddress(of: segment.barOffset) { line.appendHex(address) }
    line.append(",")
    line.append(contentsOf: fingerprint)
    line.append(map.pinned ? ",yes\n" : ",no\n")
  }

  /// Makes a cell, between quotes if it holds a comma or a quote.
  private static func cell(_ text: [UInt8]) -> [UInt8] {
    guard text.contains(where: { $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: "\"") }) else {
      return text
    }
    let quote = UInt8(ascii: "\"")
    return [quote] + text.flatMap { $0 == quote ? [quote, quote] : [$0] } + [quote]
  }
}
