internal import Iopmem
internal import PCI

/// Encodes maps as tables for people: a line about the file, then a row a segment.
final class TableMapEncoder: TextMapEncoder {
  let transfer: Transfer?
  private let map: FileMap
  private let segmentCount: UInt64
  private var widths = TableMapWidths.fixed
  /// The columns that there are. Scripts find all, people those that can say something.
  private var shown = (bus: true, cpu: true, flags: true)

  init(_ map: FileMap, cutBy transfer: Transfer?, segmentCount: UInt64) {
    self.map = map
    self.transfer = transfer
    self.segmentCount = segmentCount
  }

  func begin(_ bytes: inout [UInt8], columns: Int?) {
    let window = map.window
    if columns != nil {
      widths = TableMapWidths(of: map)
      shown = (
        window.busAddress(of: window.start) != nil, window.cpuAddress(of: window.start) != nil,
        map.overrides.contains { Hazard(rawValue: $0) != nil }
      )
    }
    var facts = FactLine(columns: columns)
    func add(_ bytes: inout [UInt8], _ name: StaticString, ifKnown text: String?) {
      if text == nil && columns != nil { return }
      facts.add(&bytes, name) { $0.append(text: text ?? "-") }
    }
    facts.add(&bytes, "") { QuotedName.append(map.path, to: &$0) }
    facts.add(&bytes, "  size ") { $0.appendDecimal(map.size.rawValue) }
    facts.add(&bytes, "  device ") { QuotedName.append(map.device, to: &$0) }
    add(&bytes, "  function ", ifKnown: window.function?.description)
    add(&bytes, "  bar ", ifKnown: window.bar.map { String($0) })
    facts.add(&bytes, "  window ") { $0.append(text: window.source.rawValue) }
    add(&bytes, "  dax ", ifKnown: map.dax.map { $0 ? "yes" : "no" })
    facts.add(&bytes, "  pinned ") { $0.append(map.pinned ? "yes" : "no") }
    facts.add(&bytes, "  holes ") { $0.appendDecimal(map.holeBytes.rawValue) }
    facts.add(&bytes, "  segments ") { $0.appendDecimal(segmentCount) }
    facts.add(&bytes, "  fingerprint ") { map.fingerprint.append(to: &$0) }
    if let client = map.client {
      facts.add(&bytes, "  client ") { $0.append(text: client.function.description) }
    }
    if !map.overrides.isEmpty {
      facts.add(&bytes, "  allowed ") { $0.append(text: map.overrides.joined(separator: ",")) }
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
      if shown.bus { bytes.append("BUS ADDRESS", width: widths.addressColumn) }
      if shown.cpu { bytes.append("CPU ADDRESS", width: widths.addressColumn) }
    }
    bytes.append(shown.flags ? "  FLAGS\n" : "\n")
  }

  func row(_ segment: Segment, _ line: inout [UInt8]) {
    line.appendDecimal(segment.fileOffset.rawValue, width: widths.offset)
    line.appendDecimal(segment.length.rawValue, width: widths.length)
    line.append("  ")
    line.appendHex(segment.barOffset.rawValue, digits: widths.place)
    if map.client != nil {
      appendAddress(map.clientAddress(of: segment.barOffset), &line)
    } else {
      let window = map.window
      if shown.bus { appendAddress(window.busAddress(of: segment.barOffset)?.rawValue, &line) }
      if shown.cpu { appendAddress(window.cpuAddress(of: segment.barOffset)?.rawValue, &line) }
    }
    guard shown.flags else { return line.append("\n") }
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
