internal import Linux

extension Inventory.Selection {
  /// The devices that were named.
  var asked: [DeviceNumber] {
    if case .these(let numbers) = self { return numbers }
    return []
  }

  /// Whether a device is among those asked for.
  func contains(_ device: BlockDevice, among devices: [BlockDevice]) -> Bool {
    switch self {
    case .memory: device.disk.isMemory
    case .all: true
    case .these(let numbers):
      numbers.contains(device.number)
        || devices.contains {
          $0.disk.folder == device.disk.folder && !$0.isPartition
            && numbers.contains($0.number)
        }
    }
  }

  /// Whether a device should have a window: of all devices only those that are memory.
  func wantsWindow(of device: BlockDevice) -> Bool {
    if case .all = self { return device.disk.isMemory }
    return true
  }
}
