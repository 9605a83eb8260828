internal import Iopmem
internal import PCI

/// Encodes maps as tables for people: a line about the file, then a row a segment.
final class TableMapEncoder: TextMapEncoder {
  let transfer: Transfer?
  private let map: FileMap
  private let segmentCount: UInt64

  init(_ map: FileMap, cutBy transfer: Transfer?, segmentCount: UInt64) {
    self.map = map
    self.transfer = transfer
    self.segmentCount = segmentCount
  }

  func begin(_ line: inout [UInt8]) {
    line.append(contentsOf: QuotedName(map.path).bytes)
    line.append("  size ")
    line.appendDecimal(map.size.rawValue)
    line.append("  device ")
    line.append(contentsOf: QuotedName(map.device).bytes)
    line.append("  function ")
    line.append(text: map.window.function?.description ?? "-")
    line.append("  bar ")
    line.append(text: map.window.bar.map { String($0) } ?? "-")
    line.append("  window ")
    line.append(text: map.window.source.rawValue)
    line.append("  dax ")
    line.append(text: map.dax.map { $0 ? "yes" : "no" } ?? "-")
    line.append(map.pinned ? "  pinned yes" : "  pinned no")
    line.append("  holes ")
    line.appendDecimal(map.holeBytes.rawValue)
    line.append("  segments ")
    line.appendDecimal(segmentCount)
    line.append("  fingerprint ")
    line.append(text: map.fingerprint.description)
    if let client = map.client { line.append(text: "  client \(client.function)") }
    if !map.overrides.isEmpty {
      line.append("  allowed ")
      line.append(text: map.overrides.joined(separator: ","))
    }
    line.append("\n")
    guard segmentCount > 0 else { return }
    line.append("     FILE OFFSET          LENGTH      BAR OFFSET")
    switch map.client?.answer {
    case .busAddress: line.append("         BUS ADDRESS  FLAGS\n")
    case .cpuAddress: line.append("         CPU ADDRESS  FLAGS\n")
    case .iovaOnly: line.append("       IOMMU ADDRESS  FLAGS\n")
    case .notSupported, .unknown, nil:
      line.append("         BUS ADDRESS         CPU ADDRESS  FLAGS\n")
    }
  }

  func row(_ segment: Segment, _ line: inout [UInt8]) {
    line.appendDecimal(segment.fileOffset.rawValue, width: 16)
    line.appendDecimal(segment.length.rawValue, width: 16)
    line.append("  ")
    line.appendHex(segment.barOffset.rawValue, digits: 12)
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
    guard let address else { return line.append("                   -") }
    line.append("  ")
    line.appendHex(address, digits: 16)
  }
}
