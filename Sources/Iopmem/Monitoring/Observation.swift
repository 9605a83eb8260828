public import SystemPackage

/// How everything that is watched stood at one moment.
public struct Observation: Sendable, Equatable {
  /// The devices, by the kernel's names.
  public var devices: [String: ObservedDevice] = [:]
  /// The files, in the order that they were named.
  public var files: [Named<ObservedFile>] = []
  /// The saved maps, in the order that they were named.
  public var maps: [Named<ObservedMap>] = []

  /// An observation of nothing.
  public init() {}

  /// Something under the name that it was given.
  public struct Named<State: Sendable & Equatable>: Sendable, Equatable {
    /// Its name.
    public let path: FilePath
    /// How it stands.
    public let state: State

    /// A state under a name.
    public init(_ path: FilePath, _ state: State) {
      self.path = path
      self.state = state
    }
  }

  /// Whether every saved map holds; nil where that cannot be known of one, and none has ended.
  public var mapsHold: Bool? {
    if maps.contains(where: { if case .ended = $0.state { true } else { false } }) { return false }
    return maps.allSatisfy { $0.state == .holds } ? true : nil
  }
}

/// A block device at one moment.
public struct ObservedDevice: Sendable, Equatable {
  /// Where its bytes lie, for people; or why that is not known.
  public var place: String
  /// The PCI function that it hangs on.
  public var function: String?
  /// Where it is mounted, and with which DAX mode.
  public var mounts: [FilePath: String?] = [:]
  /// How many leases of its files there are; nil for what gives none, and where it is not known.
  public var leases: UInt32?
  /// Why the number of leases is not known.
  public var leaseProblem: String?

  /// A device with nothing on it.
  public init(place: String, function: String? = nil) {
    self.place = place
    self.function = function
  }
}

/// A file at one moment.
public enum ObservedFile: Sendable, Equatable {
  /// It can be mapped: the digest of all that its addresses rest on, and whether it is pinned.
  case mapped(Fingerprint, isPinned: Bool)
  /// It is there, and may not be mapped.
  case unsafe(String)
  /// There is none.
  case gone
  /// There is no way to know.
  case unknown(String)
}

/// A saved map at one moment.
public enum ObservedMap: Sendable, Equatable {
  /// Every address is what it was.
  case holds
  /// Something changed.
  case ended([String])
  /// There is no way to know.
  case unknown([String])
}
