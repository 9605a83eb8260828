internal import Linux
public import PCI
public import SystemPackage

/// The readiness of a block device, and for each client a verdict on how it may reach the device.
public struct Check: Sendable {
  /// Which clients to judge.
  public enum Clients: Sendable {
    /// These functions.
    case these([FunctionAddress])
    /// Every function of the machine that may do DMA, but the provider.
    case all
  }

  /// The device itself.
  public let readiness: Readiness
  /// One verdict for each client, in the order asked for, or else by address.
  public let verdicts: [Verdict]
  /// The functions that were read.
  public let topology: Topology

  /// Checks a device, or the one that holds a file.
  /// - Parameters:
  ///   - path: a block device, or a file or directory of a mounted file system.
  ///   - addressBits: how many address bits the clients drive that have no driver to tell.
  /// - Throws: `Failure` when there is no such device or client, or no client can be judged.
  public init(
    _ path: FilePath, clients: Clients, addressBits: UInt8? = nil,
    windows: WindowSource = WindowSource()
  ) throws(Failure) {
    let root = windows.root
    let device = try BlockDevice(try Self.device(of: path, in: root), in: root)
    // The topology comes before the window: to find that wakes the bridges above the device up.
    let facts = MachineFacts(of: root)
    let rules = try Self.rules(of: clients, on: device, facts, in: root)
    readiness = Readiness(of: device, windows, facts, provider: rules?.topology.kept)
    topology = rules?.topology ?? Topology([])
    guard let rules, let target = readiness.target else {
      verdicts = []
      return
    }
    let functions =
      switch clients {
      case .these(let functions): functions
      case .all:
        topology.nodes.values.filter { $0.isEndpoint && $0.address != target.provider }
          .map(\.address).sorted()
      }
    let verdicts = functions.map { rules.verdict(of: $0, on: target, addressBits: addressBits) }
    let redirecting = Set(verdicts.flatMap { $0.route?.redirecting.map(\.address) ?? [] })
    let isDAX = device.disk.hasDAX == true
    self.verdicts = verdicts.map { verdict in
      let verdict = verdict.disabling(redirecting.sorted())
      let isDriven = rules.topology.nodes[verdict.client]?.driver != .absent
      return isDAX && isDriven ? verdict.adding(verdict.directIO) : verdict
    }
  }

  /// The rules for the clients; nil when none is asked about.
  private static func rules(
    of clients: Clients, on device: BlockDevice, _ facts: MachineFacts, in root: SystemRoot
  ) throws(Failure) -> PeerToPeerRules? {
    if case .these(let functions) = clients, functions.isEmpty { return nil }
    guard let provider = device.disk.function else {
      throw Failure(
        .unknown, device.path, "hangs on no PCI function: no client can be judged")
    }
    let functions: [FunctionAddress]? =
      switch clients {
      case .these(let functions): functions + [provider]
      case .all: nil
      }
    return try PeerToPeerRules(of: functions, keeping: provider, facts, in: root)
  }

  /// The failure code of the worst verdict or finding; nil if there is none.
  public var worst: Failure.Code? {
    var codes = verdicts.compactMap(\.answer.code)
    switch readiness.findings.map(\.severity).max() {
    case .refusal: codes.append(.refused)
    case .unknown: codes.append(.unknown)
    case .warning, .note, nil: break
    }
    return codes.max()
  }

  private static func device(
    of path: FilePath, in root: SystemRoot
  ) throws(Failure) -> DeviceNumber {
    guard root.isRunningMachine else { return try BlockDevice.number(at: path, in: root) }
    let status = try explain(path, "cannot look it up") { () throws(Errno) in
      try Status(of: path, followingLinks: true)
    }
    switch status.kind {
    case .blockDevice: return status.specialDevice
    case .regular, .directory:
      // Those without one block device have numbers of major 0: fs/super.c, `get_anon_bdev`.
      guard status.device.major != 0 else {
        throw Failure(
          .refused, path, "lies on no one block device, as on tmpfs, overlayfs or btrfs")
      }
      return status.device
    default:
      throw Failure(.refused, path, "is neither a block device nor a file but \(status.kind.noun)")
    }
  }
}
