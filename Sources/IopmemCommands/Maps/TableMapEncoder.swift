internal import Iopmem
internal import PCI

/// Encodes maps as tables for people: a line about the file, then a row a segment.
final class TableMapEncoder: TextMapEncoder {
  let transfer: Transfer?
  private let map: FileMap
  private let segmentCount: UInt64
  private var widths = TableMapWidths.fixed

  init(_ map: FileMap, cutBy transfer: Transfer?, segmentCount: UInt64) {
    self.map = map
    self.transfer = transfer
    self.segmentCount = segmentCount
  }

  func begin(_ bytes: inout [UInt8], columns: Int?) {
    if columns != nil { widths = TableMapWidths(of: map) }
    var facts = FactLine(columns: columns)
    facts.add(&bytes) { $0.append(contentsOf: QuotedName(map.path).bytes) }
    facts.add(&bytes, "size") { $0.appendDecimal(map.size.rawValue) }
    facts.add(&bytes, "device") { $0.append(contentsOf: QuotedName(map.device).bytes) }
    facts.add(&bytes, "function") { $0.append(text: map.window.function?.description ?? "-") }
    facts.add(&bytes, "bar") { $0.append(text: map.window.bar.map { String($0) } ?? "-") }
    facts.add(&bytes, "window") { $0.append(text: map.window.source.rawValue) }
    facts.add(&bytes, "dax") { $0.append(text: map.dax.map { $0 ? "yes" : "no" } ?? "-") }
    facts.add(&bytes, "pinned") { $0.append(map.pinned ? "yes" : "no") }
    facts.add(&bytes, "holes") { $0.appendDecimal(map.holeBytes.rawValue) }
    facts.add(&bytes, "segments") { $0.appendDecimal(segmentCount) }
    facts.add(&bytes, "fingerprint") { $0.append(text: map.fingerprint.description) }
    if let client = map.client {
      facts.add(&bytes, "client") { $0.append(text: client.function.description) }
    }
    if !map.overrides.isEmpty {
      facts.add(&bytes, "allowed") { $0.append(text: map.overrides.joined(separator: ",")) }
    }
    bytes.append("\n")
    if segmentCount > 0 { appendHeading(&bytes) }
  }

  private func appendHeading(_ bytes: inout [UInt8]) {
    bytes.append("FILE OFFSET", width: widths.offset)
    bytes.append("LENGTH", width: widths.length)
    bytes.append("BAR OFFSET", width: widths.place + 4)
    switch map.client?.answer {
    case .busAddress: bytes.append("BUS ADDRESS", width: widths.addressColumn)
    case .cpuAddress: bytes.append("CPU ADDRESS", width: widths.addressColumn)
    case .iovaOnly: bytes.append("IOMMU ADDRESS", width: widths.addressColumn)
    case .notSupported, .unknown, nil:
      bytes.append("BUS ADDRESS", width: widths.addressColumn)
      bytes.append("CPU ADDRESS", width: widths.addressColumn)
    }
    bytes.append("  FLAGS\n")
  }

  func row(_ segment: Segment, _ line: inout [UInt8]) {
    line.appendDecimal(segment.fileOffset.rawValue, width: widths.offset)
    line.appendDecimal(segment.length.rawValue, width: widths.length)
    line.append("  ")
    line.appendHex(segment.barOffset.rawValue, digits: widths.place)
    if map.client != nil {
      appendAddress(map.clientAddress(of: segment.barOffset), &line)
    } else {
      appendAddress(map.window.busAddress(of: segment.barOffset)?.rawValue, &line)
      appendAddress(map.window.cpuAddress(of: segment.barOffset)?.rawValue, &line)
    }
    guard !segment.flags.isEmpty else { return line.append("  -\n") }
    line.append("  ")
    line.append(text: segment.flags.names.joined(separator: ","))
    line.append("\n")
  }

  private func appendAddress(_ address: UInt64?, _ line: inout [UInt8]) {
    guard let address else { return line.append("-", width: widths.addressColumn) }
    line.append("", width: widths.gap)
    line.appendHex(address, digits: widths.address)
  }
}
