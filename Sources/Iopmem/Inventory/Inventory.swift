public import Linux
internal import PCI
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

  /// A block device and what is known of it. What was not asked for is nil, and so is what a device
  /// of its kind does not have.
  public struct Entry: Sendable {
    /// The device.
    public let device: BlockDevice
    /// Where its bytes lie; nil for one of `all` that is neither iopmem nor pmem.
    public let window: Result<Window, Failure>?
    /// What file system or the like it holds, if libblkid knows one; nil where the device has no
    /// length, and on a captured machine.
    public let content: Result<KnownSignature?, Failure>?
    /// Where it is mounted.
    public let mounts: [Mount]
    /// What lies where in its file system; nil where it has none, and for one of `all` that is
    /// neither iopmem nor pmem. The files are among it only if they were asked for.
    public let occupancy: Result<Occupancy, Failure>?
    /// How many leases of its files the driver has given; nil for what is no iopmem disk, and for
    /// partitions, which the driver does not tell apart.
    public let leases: Result<UInt32, Failure>?
    /// Who made the function that it hangs on; nil where it hangs on none.
    public let identity: Result<Identity, Failure>?
  }

  /// The devices: each disk, then its partitions in the order of their starts.
  public let entries: [Entry]
  /// Devices that could not be read.
  public let failures: [Failure]

  /// Reads a machine's devices.
  /// - Parameter facts: what to find out of each.
  /// - Throws: `Failure` when the machine's list of devices cannot be read.
  public init(
    _ selection: Selection, _ facts: Facts, in root: SystemRoot = SystemRoot()
  ) throws(Failure) {
    let names = try explain(root.absolute("sys/dev/block"), "cannot read") { () throws(Errno) in
      try root.names(in: "sys/dev/block")
    }
    let reader = EntryReader(root: root, facts: facts, mounts: try Self.mounts(in: root))
    let listed = selection.candidates(among: names.compactMap { DeviceNumber($0) }, in: root)
    var devices: [BlockDevice] = []
    var failures: [Failure] = []
    for number in listed + selection.asked.filter({ !listed.contains($0) }) {
      do {
        devices.append(try BlockDevice(number, in: root))
      } catch {
        // One that went away meanwhile is no more a device of the machine, unless asked for.
        if (try? root.exists(BlockDevice.link(number))) != false || selection.asked.contains(number)
        {
          failures.append(error)
        }
      }
    }
    entries = devices.filter { selection.contains($0, among: devices) }.sorted { $0.precedes($1) }
      .map { reader.entry(of: $0, isWanted: selection.wantsWindow(of: $0)) }
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
