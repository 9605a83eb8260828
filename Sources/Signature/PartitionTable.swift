/// The partitions of a disk or image, in bytes.
public struct PartitionTable: Hashable, Sendable {
  /// A partition.
  public struct Partition: Hashable, Sendable {
    /// Its number, from 1: what ends the name of its device.
    public var number: Int
    /// Where it begins.
    public var start: UInt64
    /// How long it is.
    public var length: UInt64
    /// Its type as the table has it: a GUID of gpt, `0x83` of dos.
    public var type: String
    /// Whether it only holds other partitions.
    public var isExtended: Bool

    /// A partition of these parts.
    public init(number: Int, start: UInt64, length: UInt64, type: String, isExtended: Bool = false)
    {
      self.number = number
      self.start = start
      self.length = length
      self.type = type
      self.isExtended = isExtended
    }
  }

  /// libblkid's name for its kind, as in `gpt` and `dos`.
  public var kind: String
  /// The partitions, in the order of the table.
  public var partitions: [Partition]

  /// A table of these parts.
  public init(kind: String, partitions: [Partition]) {
    self.kind = kind
    self.partitions = partitions
  }
}
