public import SystemPackage

/// How one thing of a deployment came out, or would.
public struct DeployedItem: Sendable {
  /// What it is.
  public enum Kind: String, Sendable, CaseIterable {
    /// The text that declares the deployment.
    case manifest
    /// A PCI function being bound to the driver.
    case function
    /// A file system being on its device.
    case filesystem
    /// A file system being where it belongs.
    case mount
    /// A client reaching the files.
    case reach
    /// A file.
    case file
    /// A file of addresses.
    case map
  }

  /// What became of it.
  public enum State: String, Sendable, CaseIterable {
    /// It was already as declared, and was left alone.
    case ok
    /// It was not there, and was made.
    case created
    /// It was another, and what was declared took its place: its addresses are new.
    case replaced
    /// It was the one declared but for what can be set in place: its addresses are what they were.
    case mended
    /// It was there and is no longer declared.
    case removed
    /// An earlier run placed it and it is no longer declared, but it is not what that run left.
    case kept
    /// It is not as declared, and was left as it was.
    case refused
  }

  /// What it is.
  public var kind: Kind
  /// Which it is: a path.
  public var subject: FilePath
  /// What became of it.
  public var state: State
  /// Why it was not left alone; nil if it was.
  public var reason: String?
  /// Why it was refused; nil if it was not.
  public var failure: Failure?

  /// An item of these parts.
  public init(
    _ kind: Kind, _ subject: FilePath, _ state: State, reason: String? = nil,
    failure: Failure? = nil
  ) {
    self.kind = kind
    self.subject = subject
    self.state = state
    self.reason = reason
    self.failure = failure
  }

  /// Whether both tell of the same thing.
  func isOfSameThing(as other: DeployedItem) -> Bool {
    kind == other.kind && subject == other.subject
  }

  /// Whether something was changed.
  public var isChange: Bool {
    failure.map(\.leavesResult) ?? (state != .ok && state != .kept)
  }
}
