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
    /// What file system or the like it holds, if libblkid knows one beyond doubt; nil where that
    /// cannot be looked at.
    public let content: Result<KnownSignature?, Failure>?
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
    let mounts = try Self.mounts(in: root)
    let listed = names.compactMap { DeviceNumber($0) }
    var devices: [BlockDevice] = []
    var failures: [Failure] = []
    for number in listed + selection.asked.filter({ !listed.contains($0) }) {
      do {
        devices.append(try BlockDevice(number, in: root))
      } catch {
        // One that went away meanwhile is no more a device of the machine, unless asked for.
        if root.exists(BlockDevice.link(number)) || selection.asked.contains(number) {
          failures.append(error)
        }
      }
    }
    let resolver = WindowResolver(root)
    entries = devices.filter { selection.contains($0, among: devices) }.sorted { $0.precedes($1) }
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
  private static func mounts(in root: SystemRoot) throws(Failure) -> [Mount] {
    do { return try Mount.all(in: root) } catch {
      guard error.cause == .noSuchFileOrDirectory, !root.isRunningMachine else { throw error }
      return []
    }
  }
}

extension BlockDevice {
  /// What file system the device holds.
  fileprivate func content() -> Result<KnownSignature?, Failure>? {
    if length == .zero { return nil }
    return Result { () throws(Failure) in
      try explain(path, "cannot look for a file system") { () throws(Errno) in
        let descriptor = try Descriptor(path, .readOnly, options: .nonBlocking)
        guard try descriptor.status().specialDevice == number else { throw .noSuchAddressOrDevice }
        var probe = try SignatureProbe()
        guard case .found(let signature) = try probe.content(of: descriptor),
          signature.kind != .partitionTable
        else { return nil }
        return signature
      }
    }
  }
}

extension WindowResolver {
  fileprivate func result(of device: BlockDevice) -> Result<Window, Failure> {
    Result { () throws(Failure) in try window(of: device) }
  }
}
