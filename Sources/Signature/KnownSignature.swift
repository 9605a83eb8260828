/// A mark by which libblkid knows what a device holds: libblkid(3).
public struct KnownSignature: Hashable, Sendable {
  /// What the mark is a mark of.
  public enum Kind: String, Hashable, Sendable {
    /// A file system.
    case filesystem
    /// A member of an array: mdadm, LVM, bcache, firmware RAID.
    case raid
    /// An encrypted volume.
    case crypto
    /// Swap space and what else has a superblock.
    case other
    /// A partition table.
    case partitionTable = "partition table"
  }

  /// What the mark is a mark of.
  public var kind: Kind
  /// libblkid's name for it, as in `ext4`, `linux_raid_member`, `gpt`.
  public var type: String
  /// The label, where there is one; bytes that are not UTF-8 repaired.
  public var label: String?
  /// The UUID as its owner writes it, where there is one.
  public var uuid: String?
  /// Where the mark lies, in bytes from the start; nil where libblkid does not say.
  public var offset: UInt64?

  /// A signature of these parts.
  public init(
    kind: Kind, type: String, label: String? = nil, uuid: String? = nil, offset: UInt64? = nil
  ) {
    self.kind = kind
    self.type = type
    self.label = label
    self.uuid = uuid
    self.offset = offset
  }
}

/// What libblkid makes of a device.
public enum DeviceContent: Hashable, Sendable {
  /// Nothing that it knows. That does not say that nobody's bytes are there.
  case unrecognised
  /// One thing, beyond doubt.
  case found(KnownSignature)
  /// Marks of several things, of which only the owner knows which one counts.
  case ambivalent([KnownSignature])
}
