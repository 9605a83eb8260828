import struct Linux.Descriptor
import Signature
import SystemPackage
import TestSupport
import Testing

@testable import Iopmem

/// What libblkid leaves out of a table is somebody's all the same.
@Suite struct GUIDPartitionEntriesTests {
  private typealias Partition = PartitionTable.Partition
  private let folder: TemporaryFolder
  private static let length = 64 * 512

  init() throws { folder = try TemporaryFolder() }

  private func read(_ bytes: [UInt8]) throws -> GUIDPartitionEntries? {
    let path = try folder.write(bytes, to: "image")
    return try GUIDPartitionEntries.read(
      Descriptor(FilePath(path), .readOnly), length: UInt64(bytes.count))
  }

  /// An image with a header in a sector, and two entries in use of four.
  private func image(header: Int = 1, entries: Int = 2, length: UInt8 = 128) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: Self.length)
    func put(_ offset: Int, _ values: [UInt8]) {
      bytes.replaceSubrange(offset..<offset + values.count, with: values)
    }
    put(header * 512, Array("EFI PART".utf8))
    put(header * 512 + 72, [UInt8(entries)])
    put(header * 512 + 80, [4])
    put(header * 512 + 84, [length])
    put(entries * 512 + 15, [1])
    put(entries * 512 + 128, [1])
    // A name without a type is no partition.
    put(entries * 512 + 256 + 56, [0x61])
    return bytes
  }

  @Test func bothCopies() throws {
    #expect(
      try read(image()) == GUIDPartitionEntries(used: 2, own: [512..<1024, 1024..<1536]))
    #expect(
      try read(image(header: 63, entries: 61))
        == GUIDPartitionEntries(used: 2, own: [32_256..<32_768, 31_232..<31_744]))
    #expect(try read([UInt8](repeating: 0, count: Self.length)) == nil)
    #expect(try read([1]) == nil)
    #expect(try read(image(length: 127)) == nil)
    // Entries that lie behind the end.
    var far = image()
    far[512 + 72 + 7] = 0xFF
    #expect(try read(far) == nil)
    far[512 + 72 + 7] = 0
    far[512 + 72] = 64
    #expect(try read(far) == nil)
  }

  @Test(
    arguments: [
      ([3, 9], nil), ([3], "has 2 partitions in its table, and only 1 in"),
      ([1, 9], "has its partition table in partition 1"),
      ([9, 2], "has its partition table in partition 2"),
    ] as [([UInt64], String?)])
  func whatIsTold(_ sectors: [UInt64], _ words: String?) throws {
    let entries = try #require(try read(image()))
    let partitions = sectors.enumerated().map {
      Partition(number: $0 + 1, start: $1 * 512, length: 512, type: "")
    }
    var reason: String?
    do throws(Failure) {
      try entries.expectTold(by: PartitionTable(kind: "gpt", partitions: partitions), of: "image")
    } catch { reason = error.reason }
    #expect(words == nil ? reason == nil : reason?.contains(words ?? "") == true, "\(reason ?? "")")
  }
}
