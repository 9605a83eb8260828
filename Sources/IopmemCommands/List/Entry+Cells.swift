internal import Iopmem
internal import Linux
internal import PCI
internal import Signature
internal import SystemPackage

extension Inventory.Entry {
  /// What a column says of the device.
  /// - Parameter isExact: whether sizes are in bytes.
  func cell(_ column: ListColumn, isExact: Bool) -> ListCell {
    func size(_ count: ByteCount) -> String {
      isExact ? String(count.rawValue) : BinaryUnits.rounded(count)
    }
    switch column {
    case .name: return ListCell(device.name)
    case .function: return ListCell((knownWindow?.function ?? device.disk.function)?.description)
    case .bar: return ofWindow { $0.bar.map(String.init) }
    case .busAddress: return ofWindow { $0.busAddress?.rawValue.hex }
    case .cpuAddress: return ofWindow { $0.cpuAddress?.rawValue.hex }
    case .size: return ListCell(size(device.length))
    case .fileSystem: return ofContent { Array($0.type.utf8) }
    case .label: return ofContent(\.label)
    case .uuid: return ofContent { $0.uuid.map { Array($0.utf8) } }
    case .mountPoints: return ListCell(mounts.map(\.point.bytes))
    case .mountDAX: return ListCell(mounts.first?.dax)
    case .dax: return ListCell(device.disk.hasDAX.map { $0 ? "yes" : "no" })
    case .node: return ListCell(device.disk.numaNode.map(String.init))
    case .driver: return ListCell(device.disk.driver)
    case .used: return ofOccupancy { $0.space.map { size($0.used) } }
    case .free: return ofOccupancy { $0.space.map { size($0.free) } }
    case .largest: return ofOccupancy { $0.space.map { size($0.largestAligned) } }
    case .files: return ofOccupancy { $0.fileCounts.map { String($0.all) } }
    case .pins: return ofOccupancy { $0.fileCounts.map { String($0.pinned) } }
    case .leases: return Self.of(leases) { ListCell(String($0)) }
    case .vendor: return Self.of(identity) { ListCell($0.vendor ?? $0.vendorNumber) }
    case .model: return Self.of(identity) { ListCell($0.device ?? $0.deviceNumber) }
    }
  }

  /// A cell of what was asked for; nil means that there is nothing.
  private static func of<Value>(
    _ result: Result<Value, Failure>?, _ cell: (Value) -> ListCell
  ) -> ListCell {
    switch result {
    case nil: .nothing
    case .failure?: .unknown
    case .success(let value)?: cell(value)
    }
  }

  private func ofWindow(_ text: (Window) -> String?) -> ListCell {
    Self.of(window) { ListCell(text($0)) }
  }

  private func ofContent(_ name: (KnownSignature) -> [UInt8]?) -> ListCell {
    Self.of(content) { ListCell($0.flatMap(name)) }
  }

  /// What is nil of a file system that is there is not known.
  private func ofOccupancy(_ text: (Occupancy) -> String?) -> ListCell {
    switch occupancy {
    case .success(let occupancy)?: text(occupancy).map { ListCell($0) } ?? .unknown
    case .failure?: .unknown
    // Whether it holds files at all is not known then.
    case nil: if case .failure? = content { .unknown } else { .nothing }
    }
  }
}

extension Inventory.Entry {
  /// The window, if it is known.
  var knownWindow: Window? { try? window?.get() }

  /// Why the window is not known, if the device should have one.
  var windowFailure: Failure? { window?.failure }

  /// What could not be read, each reason once: without a window, nothing that needs one is known.
  var failures: [Failure] {
    let problems = (try? occupancy?.get())?.problems ?? []
    let all =
      [
        window?.failure, content?.failure, occupancy?.failure, leases?.failure, identity?.failure,
      ].compactMap { $0 } + problems
    var told: Set<String> = []
    return all.filter { told.insert($0.message).inserted }
  }
}

extension Result {
  fileprivate var failure: Failure? {
    if case .failure(let failure) = self { return failure }
    return nil
  }
}

extension Occupancy {
  /// How a file system's space is used; nil where that changed while it was read.
  var space: (used: ByteCount, free: ByteCount, largestAligned: ByteCount)? {
    guard !isUnsettled else { return nil }
    let free = freeSpace
    // Free areas are parts of the device, and do not overlap.
    return (ByteCount(length.rawValue - free.total.rawValue), free.total, free.largest(alignment))
  }

  /// How many files there are; nil where a directory or a file could not be read, and where
  /// none was looked for.
  var fileCounts: (all: Int, pinned: Int)? {
    guard wasSearched, problems.isEmpty else { return nil }
    return (files.count, files.count { $0.isPinned })
  }
}

extension Inventory.Identity {
  /// The maker's number, as lspci(8) writes it.
  var vendorNumber: String { Hex.text(numbers.vendor, width: 4) }
  /// The maker's number for the device, as lspci(8) writes it.
  var deviceNumber: String { Hex.text(numbers.device, width: 4) }
}

extension Window {
  /// The bus address of the block device's byte 0.
  var busAddress: BusAddress? { busAddress(of: start) }
  /// The CPU-physical address of the block device's byte 0.
  var cpuAddress: CPUAddress? { cpuAddress(of: start) }
}
