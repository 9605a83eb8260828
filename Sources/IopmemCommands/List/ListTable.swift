internal import Iopmem
internal import Linux
internal import PCI
internal import Signature
internal import SystemPackage

extension [Inventory.Entry] {
  /// Writes the devices as a table for people, one a row, partitions below their disk.
  func writeTable() throws(Errno) {
    var table = TextTable([
      "NAME", "FUNCTION", "BAR>", "BUS-ADDRESS>", "CPU-ADDRESS>", "LENGTH>", "NODE>", "DAX",
      "FSTYPE", "LABEL", "UUID", "FSDAX", "MOUNTPOINTS",
    ])
    for (index, entry) in enumerated() {
      let next = self[(index + 1)...].first
      table.append(entry.cells(isLast: next?.device.isPartition != true))
    }
    var output = Output.standard()
    try output.write(table.text)
    try output.flush()
  }
}

extension Inventory.Entry {
  /// Makes the row: one text a column, empty where there is nothing to say.
  fileprivate func cells(isLast: Bool) -> [String] {
    let branch = device.isPartition ? (isLast ? "└─" : "├─") : ""
    let content = (try? self.content?.get()) ?? nil
    let window = knownWindow
    return [
      branch + Self.quoted(device.name),
      (window?.function ?? device.disk.function)?.description ?? "",
      window?.bar.map(String.init) ?? "",
      window?.busAddress?.rawValue.hex ?? "",
      window?.cpuAddress?.rawValue.hex ?? "",
      BinaryUnits.text(device.length),
      device.disk.numaNode.map(String.init) ?? "",
      device.disk.hasDAX.map { $0 ? "yes" : "no" } ?? "",
      content.map { Self.quoted($0.type) } ?? "",
      content?.label.map { QuotedName($0).text } ?? "",
      content?.uuid.map(Self.quoted) ?? "",
      mounts.first?.dax.map(Self.quoted) ?? "",
      mounts.map { QuotedName($0.point).text }.joined(separator: " "),
    ]
  }

  private static func quoted(_ text: String) -> String { QuotedName(Array(text.utf8)).text }
}

extension Window {
  /// The bus address of the block device's byte 0.
  var busAddress: BusAddress? { busAddress(of: start) }
  /// The CPU-physical address of the block device's byte 0.
  var cpuAddress: CPUAddress? { cpuAddress(of: start) }
}
