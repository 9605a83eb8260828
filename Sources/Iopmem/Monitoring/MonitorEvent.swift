public import SystemPackage

/// Something that happened to what is watched.
public struct MonitorEvent: Sendable, Equatable {
  /// What kind of thing happened.
  public enum Kind: String, Sendable, CaseIterable {
    /// It is watched from now on, and stands so.
    case watching
    /// A device came.
    case added
    /// A device went.
    case removed
    /// A device's bytes lie elsewhere.
    case window
    /// A device was reset, or its link failed or came back.
    case reset
    /// A device was mounted.
    case mounted
    /// A device was unmounted.
    case unmounted
    /// The number of a device's leases is another.
    case leases
    /// A file's addresses are others.
    case layout
    /// A file's layout is held by the immutable attribute.
    case pinned
    /// It no longer is.
    case unpinned
    /// A file is there again, or can be mapped again.
    case mapped
    /// A file may no longer be mapped, is gone, or cannot be looked at.
    case unmapped
    /// A saved map holds again.
    case holds
    /// A saved map does not hold any more.
    case ended
    /// Whether a saved map holds cannot be known.
    case unknown
    /// Events of the kernel were lost.
    case lost
    /// The monitor ends, since it cannot go on.
    case failed
  }

  /// What happened.
  public let kind: Kind
  /// To what; nil for all of it.
  public let subject: FilePath?
  /// How it was, where that can be said in a word.
  public let before: String?
  /// How it is.
  public let after: String?
  /// What a person reads after the subject.
  public let sentence: String

  /// An event of these parts.
  public init(
    _ kind: Kind, _ subject: FilePath?, _ sentence: String, before: String? = nil,
    after: String? = nil
  ) {
    self.kind = kind
    self.subject = subject
    self.sentence = sentence
    self.before = before
    self.after = after
  }
}
