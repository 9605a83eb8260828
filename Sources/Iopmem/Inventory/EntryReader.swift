internal import Linux
internal import PCI
internal import Signature
internal import SystemPackage

/// Finds out of a block device what is asked for.
struct EntryReader {
  let root: SystemRoot
  let facts: Inventory.Facts
  let mounts: [Mount]
  private let names: DeviceNames

  init(root: SystemRoot, facts: Inventory.Facts, mounts: [Mount]) {
    self.root = root
    self.facts = facts
    self.mounts = mounts
    names = facts.contains(.identity) ? DeviceNames(of: root) : DeviceNames([])
  }

  /// Reads a device.
  /// - Parameter isWanted: whether it is one whose place and space are of interest.
  func entry(of device: BlockDevice, isWanted: Bool) -> Inventory.Entry {
    let mounts = mounts.filter { $0.device == device.number }
    let content = content(of: device)
    return Inventory.Entry(
      device: device,
      window: facts.contains(.window) && isWanted ? window(of: device) : nil,
      content: content,
      mounts: mounts,
      occupancy: isWanted ? occupancy(of: device, content, mounts) : nil,
      leases: leases(of: device),
      identity: identity(of: device))
  }

  private func window(of device: BlockDevice) -> Result<Window, Failure> {
    Result { () throws(Failure) in try WindowResolver(root).window(of: device) }
  }

  private func content(of device: BlockDevice) -> Result<KnownSignature?, Failure>? {
    guard root.isRunningMachine, device.length > .zero,
      !facts.isDisjoint(with: [.content, .space, .files])
    else { return nil }
    return Result { () throws(Failure) in try device.content() }
  }

  private func occupancy(
    of device: BlockDevice, _ content: Result<KnownSignature?, Failure>?, _ mounts: [Mount]
  ) -> Result<Occupancy, Failure>? {
    guard root.isRunningMachine, !facts.isDisjoint(with: [.space, .files]) else { return nil }
    let holdsFiles = (try? content?.get())??.kind == .filesystem
    guard holdsFiles || !mounts.isEmpty else { return nil }
    return Result { () throws(Failure) in
      try OccupancySource().occupancy(
        of: ImageName(device.path), withFiles: facts.contains(.files))
    }
  }

  private func leases(of device: BlockDevice) -> Result<UInt32, Failure>? {
    guard facts.contains(.leases), root.isRunningMachine, device.disk.isIopmem,
      !device.isPartition
    else { return nil }
    return Result { () throws(Failure) in
      try explain(device.path, "cannot ask the driver for its leases") { () throws(Errno) in
        try DeviceLeases.count(of: device)
      }
    }
  }

  private func identity(of device: BlockDevice) -> Result<Inventory.Identity, Failure>? {
    guard facts.contains(.identity), let function = device.disk.function else { return nil }
    return Result { () throws(Failure) in
      do throws(Errno) {
        return Inventory.Identity(try FunctionIdentity(of: function, in: root), names)
      } catch {
        throw Failure(
          .unknown, FilePath(function.description), "does not tell its vendor and device",
          cause: error)
      }
    }
  }
}

extension BlockDevice {
  /// What file system the device holds; nil for none that is known.
  /// - Throws: `Failure` when it cannot be looked at, `unknown` when it has marks of several.
  fileprivate func content() throws(Failure) -> KnownSignature? {
    let content = try explain(path, "cannot look for a file system") { () throws(Errno) in
      let descriptor = try Descriptor(path, .readOnly, options: .nonBlocking)
      guard try descriptor.status().specialDevice == number else { throw .noSuchAddressOrDevice }
      var probe = try SignatureProbe()
      return try probe.content(of: descriptor)
    }
    switch content {
    case .unrecognised: return nil
    case .found(let signature): return signature.kind == .partitionTable ? nil : signature
    case .ambivalent(let signatures): throw .ambivalent(path, signatures)
    }
  }
}

extension Failure {
  /// It cannot be told what a device or image holds.
  static func ambivalent(_ path: FilePath, _ signatures: [KnownSignature]) -> Failure {
    Failure(
      .unknown, path,
      "has marks of several things: \(signatures.map(\.type).joined(separator: ", "))",
      remedy: "see wipefs -n")
  }
}
