internal import Linux
internal import SystemPackage

extension Inventory.Selection {
  /// The devices that were named.
  var asked: [DeviceNumber] {
    if case .these(let numbers) = self { return numbers }
    return []
  }

  /// The devices that can be among those asked for: to read each costs many calls, to see which folder it
  /// is in a few.
  func candidates(among listed: [DeviceNumber], in root: SystemRoot) -> [DeviceNumber] {
    guard case .these(let numbers) = self else { return listed }
    let folders = numbers.compactMap { try? root.resolved(BlockDevice.link($0)) }
    return listed.filter { number in
      guard let home = try? root.resolved(BlockDevice.link(number)) else { return true }
      return folders.contains { home.starts(with: $0) }
    }
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
