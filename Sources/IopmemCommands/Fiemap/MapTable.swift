internal import Iopmem
internal import Linux
internal import PCI
internal import SystemPackage

/// Maps as tables for people: a line about the file, then a row a segment.
final class MapTable: MapRenderer {
  private var output: Output

  private let name: String

  init(_ output: consuming Output, named name: String = "standard output") {
    self.output = output
    self.name = name
  }

  func begin() {}

  func write(_ map: FileMap, _ segments: borrowing SegmentList) throws(Failure) {
    let count = segments.count
    try toOutput(name) { () throws(Errno) in
      try output.append { Self.heading(map, count, &$0) }
    }
    try segments.forEachRun { (run) throws(Failure) in
      for segment in run {
        try toOutput(name) { () throws(Errno) in
          try output.append { Self.row(segment, map, &$0) }
        }
      }
    }
  }

  func finish() throws(Failure) {
    try toOutput(name) { () throws(Errno) in try output.flush() }
  }

  private static func heading(_ map: FileMap, _ count: Int, _ line: inout [UInt8]) {
    line.append(contentsOf: QuotedName(map.path).bytes)
    line.append("  size ")
    line.appendDecimal(map.size.rawValue)
    line.append("  device ")
    line.append(contentsOf: QuotedName(map.device).bytes)
    line.append("  function ")
    line.append(map.window.function?.description ?? "-")
    line.append("  bar ")
    line.append(map.window.bar.map { String($0) } ?? "-")
    line.append("  window ")
    line.append(map.window.source.rawValue)
    line.append("  dax ")
    line.append(map.dax.map { $0 ? "yes" : "no" } ?? "-")
    line.append("  holes ")
    line.appendDecimal(map.holeBytes.rawValue)
    line.append("  segments ")
    line.appendDecimal(UInt64(count))
    line.append("  fingerprint \(map.fingerprint)")
    if let client = map.client { line.append("  client \(client.function)") }
    if !map.overrides.isEmpty {
      line.append("  allowed ")
      line.append(map.overrides.joined(separator: ","))
    }
    line.append("\n")
    guard count > 0 else { return }
    line.append("     FILE OFFSET          LENGTH      BAR OFFSET")
    switch map.client?.answer {
    case .busAddress: line.append("         BUS ADDRESS  FLAGS\n")
    case .cpuAddress: line.append("         CPU ADDRESS  FLAGS\n")
    case .iovaOnly: line.append("       IOMMU ADDRESS  FLAGS\n")
    case .notSupported, .unknown, nil:
      line.append("         BUS ADDRESS         CPU ADDRESS  FLAGS\n")
    }
  }

  private static func row(_ segment: Segment, _ map: FileMap, _ line: inout [UInt8]) {
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
    line.append("  ")
    line.append(segment.flags.isEmpty ? "-" : segment.flags.names.joined(separator: ","))
    line.append("\n")
  }

  private static func appendAddress(_ address: UInt64?, _ line: inout [UInt8]) {
    guard let address else { return line.append("                   -") }
    line.append("  ")
    line.appendHex(address, digits: 16)
  }
}
