internal import Signature
internal import SystemPackage

extension PartitionTable {
  /// Finds a partition, and checks that its bytes are its own.
  /// - Parameter length: how long the image is.
  func partition(
    _ number: Int, of path: FilePath, length: UInt64
  ) throws(Failure) -> Partition {
    func refused(_ reason: String) -> Failure {
      Failure(.refused, path, "partition \(number) \(reason)")
    }
    let numbered = partitions.filter { $0.number == number }
    guard let found = numbered.first, numbered.count == 1 else {
      let all = partitions.map { String($0.number) }.joined(separator: ", ")
      throw Failure(
        .refused, path,
        numbered.isEmpty
          ? "has no partition \(number), but \(all.isEmpty ? "an empty table" : all)"
          : "has several partitions \(number)"
      ).named(.notFound)
    }
    if found.isExtended { throw refused("only holds other partitions") }
    guard found.start > 0, found.length > 0 else { throw refused("has no bytes of its own") }
    let (end, overflow) = found.start.addingReportingOverflow(found.length)
    guard !overflow, end <= length else { throw refused("passes the end of the image") }
    for other in partitions where other.number != number {
      let (otherEnd, overflow) = other.start.addingReportingOverflow(other.length)
      // From 5 on they lie in another, behind the table that begins it.
      if other.isExtended, number > 4, other.start < found.start, overflow || end <= otherEnd {
        continue
      }
      if other.start < end, overflow || otherEnd > found.start {
        throw refused("overlaps partition \(other.number)")
      }
    }
    return found
  }
}

extension PartitionTable.Partition {
  /// What its type says that it is for, where that is no file system of Linux; nil where it may be.
  ///
  /// Sources: the UEFI specification 2.10, table 5.7; fdisk(8), `l`; the Discoverable Partitions
  /// Specification.
  var otherPurpose: String? {
    switch type.lowercased() {
    case "0x82", "0657fd6d-a4ab-43c4-84e5-0933c84b4f4f": "swap space"
    case "0x8e", "e6d6d379-f507-44c2-a23c-238f2a3df928": "a volume of LVM"
    case "0xfd", "a19d880f-05fc-4d3b-a006-743f0f84911e": "a member of an array"
    case "0xe8", "ca7d7ccb-63ed-4c53-861c-1742536059cc": "an encrypted volume"
    case "0xef", "c12a7328-f81f-11d2-ba4b-00a0c93ec93b": "an EFI system partition"
    case "0x41", "9e1a2d38-c612-4316-aa26-8b49521e5a8b": "a PReP boot partition"
    case "0xee": "the whole disk, for gpt"
    case "21686148-6449-6e6f-744e-656564454649": "a BIOS boot partition"
    case "e3c9e316-0b5c-4db8-817d-f92df00215ae": "a reserved partition of Microsoft's"
    default: nil
    }
  }
}
