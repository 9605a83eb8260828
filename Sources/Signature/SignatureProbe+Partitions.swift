internal import CBlkid
internal import Glibc
public import Linux
public import SystemPackage

extension SignatureProbe {
  /// The partition table of an open disk or image; nil where it has none that libblkid knows.
  ///
  /// The corresponding C function is `blkid_probe_get_partitions`, which counts in sectors of 512
  /// bytes whatever the disk has.
  /// - Parameter length: how many bytes belong to it.
  /// - Throws: `overflow` for a partition that no disk can have, `fileTooLarge` for a GPT of more entries
  ///   than are read; why it cannot be read.
  public mutating func partitionTable(
    of device: borrowing Descriptor, length: UInt64
  ) throws(Errno) -> PartitionTable? {
    guard try Self.longTables(of: device, offset: 0, length: length).isEmpty else {
      throw .fileTooLarge
    }
    guard let length = Int64(exactly: length) else { throw .overflow }
    try select(device, 0, length)
    errno = 0
    guard let list = unsafe blkid_probe_get_partitions(handle) else {
      // So it ends where there is no table, and where bytes cannot be read.
      if errno != 0 { throw Errno(rawValue: errno) }
      return nil
    }
    guard
      let table = unsafe blkid_partlist_get_table(list),
      let kind = unsafe blkid_parttable_get_type(table)
    else { return nil }
    var partitions: [PartitionTable.Partition] = []
    let count = unsafe blkid_partlist_numof_partitions(list)
    guard count >= 0 else { throw .ioError }
    for index in 0..<count {
      guard let partition = unsafe blkid_partlist_get_partition(list, index) else { throw .ioError }
      let isExtended = unsafe blkid_partition_is_extended(partition)
      partitions.append(
        PartitionTable.Partition(
          number: Int(unsafe blkid_partition_get_partno(partition)),
          start: try Self.bytes(unsafe blkid_partition_get_start(partition)),
          length: try Self.bytes(unsafe blkid_partition_get_size(partition)),
          type: unsafe Self.type(of: partition),
          isExtended: isExtended != 0))
    }
    return PartitionTable(kind: unsafe String(cString: kind), partitions: partitions)
  }

  private static func bytes(_ sectors: Int64) throws(Errno) -> UInt64 {
    guard let count = UInt64(exactly: sectors) else { throw .overflow }
    let (bytes, overflow) = count.multipliedReportingOverflow(by: 512)
    if overflow { throw .overflow }
    return bytes
  }

  private static func type(of partition: blkid_partition) -> String {
    if let text = unsafe blkid_partition_get_type_string(partition) {
      return unsafe String(cString: text)
    }
    return "0x" + String(unsafe blkid_partition_get_type(partition), radix: 16)
  }
}
