import Linux
import Signature
import SystemPackage
import TestSupport
import Testing

@testable import Ext4
@testable import Iopmem

/// A few bytes that tell of a great deal are refused at once.
@Suite struct BoundTests {
  private let folder: TestSupport.TemporaryFolder

  init() throws { folder = try TestSupport.TemporaryFolder() }

  /// A sparse file of this length, with bytes at places.
  private func file(_ length: UInt64, _ parts: [(UInt64, [UInt8])]) throws -> FilePath {
    let path = FilePath(folder("image"))
    let file = try Descriptor(
      path, .readWrite, options: [.create, .truncate], permissions: .ownerReadWrite)
    try file.truncate(to: length)
    for (place, bytes) in parts { try file.write(bytes, at: place) }
    return path
  }

  private func little(_ number: UInt32) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
  }

  /// An ext4 of blocks of 4096 bytes that says how many of what it has.
  private func superblock(
    blocks: UInt32, high: UInt32 = 0, perGroup: UInt32, inodes: UInt32
  ) throws -> FilePath {
    try file(
      1 << 20,
      [
        (1024, little(inodes) + little(blocks)), (1024 + 24, little(2)),
        (1024 + 32, little(perGroup)),
        (1024 + 56, [0x53, 0xEF]), (1024 + 76, little(1)), (1024 + 96, little(high > 0 ? 0x80 : 0)),
        (1024 + 336, little(high)),
      ])
  }

  @Test(arguments: [
    (UInt32.max, UInt32(0), UInt32(8), UInt32(16), Bound.groups),
    (UInt32.max, 0xFFFF, 32_768, 16, .groups),
    (1 << 20, 0, 32_768, UInt32.max, .inodes),
  ])
  func tablesOfAnExt4(
    _ blocks: UInt32, _ high: UInt32, _ perGroup: UInt32, _ inodes: UInt32, _ bound: Bound
  ) throws {
    let path = try superblock(blocks: blocks, high: high, perGroup: perGroup, inodes: inodes)
    let error = #expect(throws: Ext4Error.self) { _ = try FileSystem(path) }
    #expect(error == .beyond(bound))
    let failure = Failure(reading: .beyond(bound), path)
    #expect(failure.code == .refused && failure.reason.contains("more than \(bound.most) "))
  }

  /// What is as long as it may be goes on to the library, which finds the rest missing.
  @Test func tablesOfTheMost() throws {
    let most = UInt32(Bound.groups.most)
    for (blocks, inodes) in [(most * 8 + 7, 16), (1 << 20, UInt32(Bound.inodes.most))]
      as [(UInt32, UInt32)]
    {
      let path = try superblock(blocks: blocks, perGroup: 8, inodes: inodes)
      let error = #expect(throws: Ext4Error.self) { _ = try FileSystem(path) }
      if case .beyond = error { Issue.record("\(blocks) \(inodes)") }
    }
  }

  /// At the start and at the end, by sectors of both sizes.
  @Test(arguments: [512, 4096, (1 << 30) - 512, (1 << 30) - 4096] as [UInt64])
  func tablesOfPartitions(_ place: UInt64) throws {
    for (count, size, isTaken) in [
      (32_768, 128, true), (32_769, 128, false), (.max, .max, false), (16 << 20, 128, false),
    ] as [(UInt32, UInt32, Bool)] {
      let header = Array("EFI PART".utf8) + [UInt8](repeating: 0, count: 72) + little(count)
      let path = try file(1 << 30, [(place, header + little(size) + little(0))])
      var probe = try SignatureProbe()
      let device = try Descriptor(path, .readOnly)
      if isTaken {
        #expect(throws: Never.self) { try probe.content(of: device) }
      } else {
        let content = try probe.content(of: device)
        let mark = KnownSignature(kind: .partitionTable, type: "gpt", offset: place)
        #expect(content == .found(mark))
        #expect(throws: Errno.fileTooLarge) {
          try probe.partitionTable(of: device, length: 1 << 30)
        }
      }
    }
  }
}
