public import Linux
public import Signature
internal import SystemPackage

/// The block devices of a machine, with all that is known of where and what they are.
public struct Inventory: Sendable {
  /// Which block devices are asked for.
  public enum Selection: Sendable {
    /// Those of the iopmem driver, and pmem namespaces.
    case memory
    /// Every one.
    case all
    /// These, and the partitions of those that are whole disks.
    case these([DeviceNumber])
  }

  /// A block device and what is known of it.
  public struct Entry: Sendable {
    /// The device.
    public let device: BlockDevice
    /// Where its bytes lie; nil for one of `all` that is neither iopmem nor pmem.
    public let window: Result<Window, Failure>?
    /// What file system it holds; nil where that cannot be looked at.
    public let content: Result<FileSystemIdentity?, Failure>?
    /// Where it is mounted.
    public let mounts: [Mount]
  }

  /// The devices: each disk, then its partitions in the order of their starts.
  public let entries: [Entry]
  /// Devices that could not be read.
  public let failures: [Failure]

  /// Reads a machine's devices.
  /// - Throws: `Failure` when the machine's list of devices cannot be read.
  public init(_ selection: Selection, in root: SystemRoot = SystemRoot()) throws(Failure) {
    let names = try explain(root.absolute("sys/dev/block"), "cannot read") { () throws(Errno) in
      try root.names(in: "sys/dev/block")
    }
    let mounts = try explain(root.absolute("proc/self/mountinfo"), "cannot read") {
      () throws(Errno) in
      try Self.mounts(in: root)
    }
    var devices: [BlockDevice] = []
    var failures: [Failure] = []
    for number in names.compactMap({ DeviceNumber($0) }) {
      do {
        devices.append(try BlockDevice(number, in: root))
      } catch {
        // One that went away meanwhile is no more a device of the machine.
        if root.exists(BlockDevice.link(number)) { failures.append(error) }
      }
    }
    let resolver = WindowResolver(root)
    entries = devices.filter { selection.contains($0, among: devices) }.sorted { $0 < $1 }
      .map { device in
        Entry(
          device: device,
          window: selection.wantsWindow(of: device) ? resolver.result(of: device) : nil,
          content: root.isRunningMachine ? device.content() : nil,
          mounts: mounts.filter { $0.device == device.number })
      }
    self.failures = failures
  }

  /// The machine's mounts; none for a captured one without `/proc`.
  private static func mounts(in root: SystemRoot) throws(Errno) -> [Mount] {
    do {
      return Mount.all(try root.bytes("proc/self/mountinfo", limit: 1 << 26))
    } catch {
      guard error == .noSuchFileOrDirectory, !root.isRunningMachine else { throw error }
      return []
    }
  }
}

extension Inventory.Selection {
  fileprivate func contains(_ device: BlockDevice, among devices: [BlockDevice]) -> Bool {
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

  fileprivate func wantsWindow(of device: BlockDevice) -> Bool {
    if case .all = self { return device.disk.isMemory }
    return true
  }
}

extension Disk {
  /// Whether its bytes are memory that the machine can tell the place of.
  fileprivate var isMemory: Bool { isIopmem || isPmem }

  /// The name's letters and the number at its end, so that 10 comes after 9.
  fileprivate var order: (String, UInt64) {
    let stem = name.reversed().drop { $0.isASCII && $0.isNumber }.reversed()
    return (String(stem), UInt64(name.dropFirst(stem.count)) ?? .max)
  }
}

extension BlockDevice {
  /// Disks by name, each before its partitions.
  fileprivate static func < (left: BlockDevice, right: BlockDevice) -> Bool {
    if left.disk.order != right.disk.order { return left.disk.order < right.disk.order }
    if left.isPartition != right.isPartition { return right.isPartition }
    return (left.start, left.number.minor) < (right.start, right.number.minor)
  }

  /// What file system the device holds.
  fileprivate func content() -> Result<FileSystemIdentity?, Failure>? {
    if length == .zero { return nil }
    return Result { () throws(Failure) in
      try explain(path, "cannot look for a file system") { () throws(Errno) in
        let descriptor = try Descriptor(path, .readOnly, options: .nonBlocking)
        guard try descriptor.status().specialDevice == number else { throw .noSuchAddressOrDevice }
        return try FileSystemIdentity(of: descriptor)
      }
    }
  }
}

extension WindowResolver {
  fileprivate func result(of device: BlockDevice) -> Result<Window, Failure> {
    Result { () throws(Failure) in try window(of: device) }
  }
}
