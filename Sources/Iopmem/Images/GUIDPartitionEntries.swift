internal import Linux
internal import Signature
internal import SystemPackage

/// The entries of a GUID partition table as they stand in an image.
///
/// libblkid leaves out, without a word, those that pass what the header calls usable; the kernel and
/// others take them for partitions.
///
/// Source: the UEFI specification 2.10, 5.3.2 and 5.3.3; little-endian, in sectors of 512 bytes.
struct GUIDPartitionEntries: Hashable {
  /// How many are in use.
  let used: Int
  /// The bytes of the header and of the entries.
  let own: [Range<UInt64>]

  private static let sector: UInt64 = 512
  private static let entryLength = 128

  /// Reads the first copy of the table or, where that is gone, the one at the end.
  /// - Parameter length: how long the image is.
  /// - Returns: nil where there is neither, or one that has no entries of that length.
  static func read(
    _ file: borrowing Descriptor, length: UInt64
  ) throws(Errno) -> GUIDPartitionEntries? {
    guard length >= 2 * sector else { return nil }
    for start in [sector, (length / sector - 1) * sector] {
      var header = [UInt8](repeating: 0, count: 92)
      guard try file.read(at: start, into: &header) == header.count,
        header.starts(with: Array("EFI PART".utf8))
      else { continue }
      func number(_ offset: Int, _ count: Int) -> UInt64 {
        header[offset..<offset + count].reversed().reduce(0) { $0 << 8 | UInt64($1) }
      }
      // More of them than 2^16 no program makes.
      let (first, overflow) = number(72, 8).multipliedReportingOverflow(by: sector)
      guard number(84, 4) == entryLength, number(80, 4) <= 1 << 16, !overflow else { return nil }
      var entries = [UInt8](repeating: 0, count: Int(number(80, 4)) * entryLength)
      guard try file.read(at: first, into: &entries) == entries.count else { return nil }
      let used = stride(from: 0, to: entries.count, by: entryLength).count {
        // The type comes first, and is zeros where there is no partition.
        entries[$0..<$0 + 16].contains { $0 != 0 }
      }
      return GUIDPartitionEntries(
        used: used, own: [start..<start + sector, first..<first + UInt64(entries.count)])
    }
    return nil
  }

  /// Checks that what libblkid made of them is all that they tell, and leaves them alone.
  /// - Throws: `Failure`, refused, where it cannot be said which bytes are whose.
  func expectTold(by table: PartitionTable, of path: FilePath) throws(Failure) {
    guard used == table.partitions.count else {
      throw Failure(
        .refused, path,
        "has \(used) partitions in its table, and only \(table.partitions.count) in what that calls usable",
        remedy: "sgdisk --verify tells more")
    }
    for partition in table.partitions {
      let (end, overflow) = partition.start.addingReportingOverflow(partition.length)
      guard !overflow, !own.contains(where: { $0.overlaps(partition.start..<end) }) else {
        throw Failure(
          .refused, path, "has its partition table in partition \(partition.number)",
          remedy: "sgdisk --verify tells more")
      }
    }
  }
}
